// SPDX-License-Identifier: Apache-2.0

type JsonObject = { [key: string]: unknown };

/**
 * The JSON merge patch (RFC 7386) that turns `before` into `after`: `null` for keys that went, arrays whole. Undefined when nothing
 * differs. Keys whose value is undefined count as absent; a null in `after` cannot be told from an absent key, as the RFC has it.
 * Every own key is data, `__proto__` and `constructor` too.
 */
export function mergePatchOf(before: object, after: object): Record<string, unknown> | undefined {
  const patch = Object.create(null) as JsonObject;
  let differs = false;
  for (const key of Object.keys(before)) {
    if (own(before, key) !== undefined && own(before, key) !== null && (own(after, key) ?? undefined) === undefined) {
      patch[key] = null;
      differs = true;
    }
  }
  for (const key of Object.keys(after)) {
    const change = changeOf(own(before, key), own(after, key));
    if (change === undefined) continue;
    patch[key] = change;
    differs = true;
  }
  return differs ? patch : undefined;
}

/** The patch value that turns one member into the other; undefined when it needs none. */
function changeOf(before: unknown, after: unknown): unknown {
  if (after === undefined || after === null || isJsonEqual(before, after)) return undefined;
  if (!isJsonObject(after)) return after;
  // What replaces a non-object is merged into nothing by the server, so nulls inside it vanish there as well.
  return mergePatchOf(isJsonObject(before) ? before : {}, after) ?? (isJsonObject(before) ? undefined : {});
}

/** Whether two JSON values are the same; the order of keys does not matter, undefined members count as absent. */
export function isJsonEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => isJsonEqual(item, b[at]))
    );
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = presentKeys(a);
  return keys.length === presentKeys(b).length && keys.every((key) => isJsonEqual(a[key], own(b, key)));
}

function presentKeys(object: JsonObject): string[] {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as JsonObject)[key] : undefined;
}
