// SPDX-License-Identifier: Apache-2.0
import type { FieldType, StructureShape } from '../definition.ts';
import { isPlainObject, ownValue } from './plain-object.ts';

/** A value of fewer characters may be a part of AWS's own words. */
const LEAST_ANYWHERE = 8;

/** A text with `<sensitive>` in the place of each value that the model marks as sensitive, as it stands in this spec or in a part of it. */
export function hideSensitive(text: string, shape: StructureShape, value: unknown): string {
  // The longest first: one may be a part of another.
  const secrets = sensitiveIn(shape, value).toSorted((a, b) => b.length - a.length);
  return secrets.reduce((hidden, secret) => hide(hidden, secret), text);
}

/** A short value is hidden where it stands by itself, not within words. */
function hide(text: string, secret: string): string {
  if (secret.length >= LEAST_ANYWHERE) return text.replaceAll(secret, '<sensitive>');
  const literal = secret.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text.replace(new RegExp(`(?<!\\w)${literal}(?!\\w)`, 'g'), '<sensitive>');
}

function sensitiveIn({ members }: StructureShape, value: unknown): readonly string[] {
  return members.flatMap(({ json, type, sensitive }) => {
    const own = ownValue(value, json);
    return sensitive ? textsIn(own) : sensitiveWithin(type, own);
  });
}

function sensitiveWithin(type: FieldType, value: unknown): readonly string[] {
  if (typeof type === 'string') return [];
  if ('structure' in type) return sensitiveIn(type.structure, value);
  const item = 'list' in type ? type.list : type.map;
  return elementsOf(value).flatMap((element) => sensitiveWithin(item, element));
}

/** All that a value says, at any depth; numbers and truth values mean nothing by themselves. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return elementsOf(value).flatMap(textsIn);
}

function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isPlainObject(value) ? Object.values(value) : [];
}
