// SPDX-License-Identifier: Apache-2.0
import type { FieldType, ScalarType } from '../definition.ts';
import { isSet } from './convert-value.ts';
import { isPlainObject, ownValue } from './plain-object.ts';

/**
 * Whether a value says no more than its absence: unset, an empty list or map, a structure of nothing but such, and the
 * zero of a scalar (AWS leaves many a `false` and `0` out of its answers).
 */
export function isEmptyValue(type: FieldType, value: unknown): boolean {
  if (!isSet(value)) return true;
  if (typeof type === 'string') return value === '' || value === 0 || value === false;
  if ('list' in type) return Array.isArray(value) && value.length === 0;
  if (!isPlainObject(value)) return false;
  if ('map' in type) return Object.keys(value).length === 0;
  return type.structure.members.every((member) => isEmptyValue(member.type, ownValue(value, member.json)));
}

/**
 * Whether two scalars in the CRD's form mean the same: timestamps by their second, base64 by its bytes, numbers also
 * when one is the other in the 32 bits that AWS keeps of a float.
 */
export function isSameScalar(type: ScalarType, left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left === 'number' && typeof right === 'number') return type === 'number' && isSameFloat(left, right);
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  if (type === 'timestamp') return secondOf(left) === secondOf(right);
  if (type === 'blob') return Buffer.from(left, 'base64').equals(Buffer.from(right, 'base64'));
  return false;
}

/**
 * Whether two texts are the same JSON document, whatever their spacing and key order; otherwise whether they are the
 * same text.
 */
export function isSameDocument(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const leftForm = canonicalText(left);
  return leftForm !== undefined && leftForm === canonicalText(right);
}

/** Whether an ARN and the name at its end, or two of one sort, mean the same. An ARN without a name at its end, which ACK writes, means nothing. */
export function isSameName(left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  if (isArn(left) && endOf(left) === '') return true;
  // Two ARNs of one name may be of two accounts.
  if (isArn(left) === isArn(right)) return left === right;
  return endOf(left).toLowerCase() === endOf(right).toLowerCase();
}

function isArn(text: string): boolean {
  return text.startsWith('arn:');
}

function endOf(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/**
 * JSON text with sorted keys: the same for values that mean the same. Throws a `RangeError` for nesting beyond 500
 * levels.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > 500) throw new RangeError('the value is nested more than 500 levels deep');
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(element, depth + 1)).join(',')}]`;
  if (!isPlainObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], depth + 1)}`);
  return `{${members.join(',')}}`;
}

function canonicalText(text: string): string | undefined {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    // Not JSON, or too deep to compare by meaning: the texts themselves were compared already.
    return undefined;
  }
}

// A float32 printed in full shows more digits than a person writes: 0.1 comes back as 0.10000000149011612.
function isSameFloat(left: number, right: number): boolean {
  return Math.fround(left) === Math.fround(right) && (isLongDecimal(left) || isLongDecimal(right));
}

function isLongDecimal(value: number): boolean {
  return Number(value.toPrecision(9)) !== value;
}

function secondOf(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}
