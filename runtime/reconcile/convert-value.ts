// SPDX-License-Identifier: Apache-2.0
import type { FieldType, ScalarType, StructureShape } from '../definition.ts';
import { isPlainObject, ownValue } from './plain-object.ts';

/** A value of the spec that cannot be sent to AWS. The message names the path and the rule, never the value. */
export class InvalidValueError extends Error {
  override readonly name = 'InvalidValueError';
  /** JSON names from the object's root, with list indices and map keys. */
  readonly path: readonly string[];

  constructor(path: readonly string[], rule: string) {
    super(`${path.join('.')} ${rule}`);
    this.path = path;
  }
}

/**
 * Turns a value in the CRD's form into the SDK's: members renamed, timestamps to `Date`, base64 to bytes. Members that
 * are unset stay absent, empty lists and maps stay, map keys are left alone, and what the shape does not know is
 * dropped. Throws {@link InvalidValueError} for a value of the wrong type.
 */
export function toSdkValue(type: FieldType, value: unknown, path: readonly string[]): unknown {
  if (typeof type === 'string') return toSdkScalar(type, value, path);
  if ('list' in type) {
    if (!Array.isArray(value)) throw new InvalidValueError(path, 'must be a list');
    return value.flatMap((element, index) =>
      isSet(element) ? [toSdkValue(type.list, element, [...path, String(index)])] : [],
    );
  }
  if (!isPlainObject(value)) throw new InvalidValueError(path, 'must be an object');
  if ('map' in type) {
    const entries = Object.entries(value).filter(([, element]) => isSet(element));
    return Object.fromEntries(entries.map(([key, element]) => [key, toSdkValue(type.map, element, [...path, key])]));
  }
  return toSdkStructure(type.structure, value, path);
}

/** Turns a value of the SDK's into the CRD's form; what has another type than the model says is kept as it came. */
export function toJsonValue(type: FieldType, value: unknown): unknown {
  // The SDK answers a text that holds JSON as a `String` object, which is equal to no text.
  if (value instanceof String) return value.toString();
  if (typeof type === 'string') return toJsonScalar(type, value);
  if ('list' in type) {
    if (!Array.isArray(value)) return value;
    return value.flatMap((element) => (isSet(element) ? [toJsonValue(type.list, element)] : []));
  }
  if (!isPlainObject(value)) return value;
  if ('map' in type) {
    const entries = Object.entries(value).filter(([, element]) => isSet(element));
    return Object.fromEntries(entries.map(([key, element]) => [key, toJsonValue(type.map, element)]));
  }
  return toJsonStructure(type.structure, value);
}

/** An instant as ACK shows it, RFC 3339 in UTC with whole seconds; undefined for an invalid date. */
export function formatTimestamp(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Whether a value counts as given: null does not, as in Kubernetes. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function toSdkStructure(shape: StructureShape, value: unknown, path: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const given = ownValue(value, member.json);
    if (isSet(given)) result[member.sdk] = toSdkValue(member.type, given, [...path, member.json]);
  }
  return result;
}

function toJsonStructure(shape: StructureShape, value: unknown): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const given = ownValue(value, member.sdk);
    const converted = isSet(given) ? toJsonValue(member.type, given) : undefined;
    if (converted !== undefined) result[member.json] = converted;
  }
  return result;
}

function toSdkScalar(type: ScalarType, value: unknown, path: readonly string[]): unknown {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw new InvalidValueError(path, 'must be a string');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new InvalidValueError(path, 'must be true or false');
      return value;
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidValueError(path, 'must be a number');
      return value;
    case 'integer':
      if (!Number.isSafeInteger(value)) throw new InvalidValueError(path, 'must be a whole number of at most 53 bits');
      return value;
    case 'timestamp':
      return parseTimestamp(value, path);
    case 'blob':
      return parseBlob(value, path);
    default:
      return type satisfies never;
  }
}

function toJsonScalar(type: ScalarType, value: unknown): unknown {
  if (type === 'timestamp' && value instanceof Date) return formatTimestamp(value);
  if (type === 'blob' && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  return value;
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function parseTimestamp(value: unknown, path: readonly string[]): Date {
  const date = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) {
    throw new InvalidValueError(path, 'must be a time in RFC 3339, as 2026-01-31T12:00:00Z');
  }
  return date;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function parseBlob(value: unknown, path: readonly string[]): Uint8Array {
  if (typeof value !== 'string' || !BASE64.test(value)) throw new InvalidValueError(path, 'must be base64');
  return new Uint8Array(Buffer.from(value, 'base64'));
}
