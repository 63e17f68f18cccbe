// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import type { Traits } from './model.ts';
import { isRecord } from './parse-json.ts';
import type { AstTraits } from './smithy-ast.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const timestampFormats = ['date-time', 'http-date', 'epoch-seconds'] as const;

/** The traits that the generator uses, checked. Other traits are passed over. Throws a GeneratorError at `path` where a value makes no sense. */
export function readTraits(traits: AstTraits, file: string, path: string): Traits {
  const result: Mutable<Traits> = {};
  for (const id in traits) {
    if (!id.startsWith('smithy.api#')) continue;
    const value = traits[id];
    const wrong = (wanted: string) =>
      new GeneratorError(`${id} is ${JSON.stringify(value)}, not ${wanted}`, { file, path });
    switch (id) {
      case 'smithy.api#required':
      case 'smithy.api#uniqueItems':
      case 'smithy.api#sparse':
      case 'smithy.api#sensitive':
      case 'smithy.api#idempotencyToken':
      case 'smithy.api#deprecated':
        result[id.slice('smithy.api#'.length) as 'required'] = true;
        break;
      case 'smithy.api#length':
      case 'smithy.api#range': {
        const bounds = readBounds(value);
        if (!bounds) throw wrong('a pair of min and max');
        result[id === 'smithy.api#length' ? 'length' : 'range'] = bounds;
        break;
      }
      case 'smithy.api#pattern':
      case 'smithy.api#jsonName':
        if (typeof value !== 'string') throw wrong('a string');
        result[id === 'smithy.api#pattern' ? 'pattern' : 'jsonName'] = value;
        break;
      case 'smithy.api#default':
        // A null default says that there is none, where the target has one.
        if (value !== null) result.default = value;
        break;
      case 'smithy.api#timestampFormat': {
        const format = timestampFormats.find((known) => known === value);
        if (!format) throw wrong(`one of ${timestampFormats.join(', ')}`);
        result.timestampFormat = format;
        break;
      }
      case 'smithy.api#error':
        if (value !== 'client' && value !== 'server') throw wrong('client or server');
        result.error = value;
        break;
      case 'smithy.api#httpError':
        if (typeof value !== 'number') throw wrong('an HTTP status');
        result.httpError = value;
        break;
    }
  }
  return result;
}

function readBounds(value: unknown): { min?: number; max?: number } | undefined {
  if (!isRecord(value)) return undefined;
  const { min, max } = value;
  const bounds: { min?: number; max?: number } = {};
  if (min !== undefined) bounds.min = Number(min);
  if (max !== undefined) bounds.max = Number(max);
  return Number.isNaN(bounds.min) ||
    Number.isNaN(bounds.max) ||
    (bounds.min ?? 0) > (bounds.max ?? Number.POSITIVE_INFINITY)
    ? undefined
    : bounds;
}
