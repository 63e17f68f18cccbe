// SPDX-License-Identifier: Apache-2.0

/** Where two values differ first and how, for a person; undefined where they do not. */
export function firstDifference(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected))
    return `${path || 'it'} is ${JSON.stringify(actual)} in place of ${JSON.stringify(expected)}`;
  for (const name of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    const found = firstDifference(actual[name], expected[name], path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a value lacks something of another one, whatever else it has; undefined where it lacks nothing. */
export function firstMissing(actual: unknown, wanted: unknown, path = ''): string | undefined {
  if (!isObject(wanted)) return firstDifference(actual, wanted, path);
  if (Array.isArray(wanted) && (!Array.isArray(actual) || actual.length !== wanted.length))
    return `${path || 'it'} is ${JSON.stringify(actual)} in place of ${JSON.stringify(wanted)}`;
  for (const [name, one] of Object.entries(wanted)) {
    const found = firstMissing(
      isObject(actual) ? actual[name] : undefined,
      one,
      path === '' ? name : `${path}.${name}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
