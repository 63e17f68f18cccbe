// SPDX-License-Identifier: Apache-2.0

/** Whether a value is a JSON object: neither null nor a list, a date or bytes. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

/**
 * The own property of a value; undefined for whatever is inherited, so that a key such as `constructor` is data like
 * any other.
 */
export function ownValue(value: unknown, key: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether a value is a list of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** The value at a path of own properties; undefined where it ends early. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = ownValue(current, key);
  return current;
}

/** Sets an own property whatever its name: plain assignment to `__proto__` would be lost. */
export function setOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Sets the value at a path of own properties. Objects on the way are made where there are none; what is in one stays. */
export function setAt(root: object, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    setOwn(root, name, value);
    return;
  }
  let below = ownValue(root, name);
  if (!isPlainObject(below)) {
    below = {};
    setOwn(root, name, below);
  }
  setAt(below as object, rest, value);
}
