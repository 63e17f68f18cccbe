// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { isRecord } from '../model/parse-json.ts';
import type { AstMember, AstShape } from '../model/smithy-ast.ts';

const numberTypes: ReadonlySet<unknown> = new Set(['byte', 'short', 'integer', 'long', 'float', 'double']);
const measuredTypes: ReadonlySet<unknown> = new Set(['string', 'blob', 'list', 'map']);

const timestampFormats: ReadonlyMap<unknown, string> = new Map([
  ['iso8601', 'date-time'],
  ['rfc822', 'http-date'],
  ['unixTimestamp', 'epoch-seconds'],
]);

/** Reads a shape of botocore's model as a shape of Smithy 1.0, that is with `box` where it has it. */
export function readBotocoreShape(
  name: string,
  shape: unknown,
  context: { namespace: string; file: string },
): AstShape {
  const { namespace, file } = context;
  const id = namespace + name;
  if (!isRecord(shape) || typeof shape['type'] !== 'string')
    throw new GeneratorError('has no type', { file, path: id });
  const values = Array.isArray(shape['enum']) ? shape['enum'].map((value: unknown) => ({ value })) : undefined;
  return {
    id,
    type: typeOf(shape),
    traits: { ...traitsOf(shape), ...errorTraits(shape), ...(values ? { 'smithy.api#enum': values } : {}) },
    members: readMembers(id, shape, context),
    operations: [],
    resources: [],
    errors: [],
  };
}

function typeOf(shape: Record<string, unknown>): string {
  if (shape['document'] === true) return 'document';
  if (shape['union'] === true) return 'union';
  return shape['type'] === 'character' ? 'string' : String(shape['type']);
}

function readMembers(
  id: string,
  shape: Record<string, unknown>,
  { namespace, file }: { namespace: string; file: string },
): AstMember[] {
  const references: [string, unknown][] = ['member', 'key', 'value']
    .filter((name) => name in shape)
    .map((name) => [name, shape[name]]);
  if (isRecord(shape['members'])) references.push(...Object.entries(shape['members']));
  const required: readonly unknown[] = Array.isArray(shape['required']) ? shape['required'] : [];
  return references.map(([name, reference]) => {
    if (!isRecord(reference) || typeof reference['shape'] !== 'string') {
      throw new GeneratorError('names no shape', { file, path: `${id}$${name}` });
    }
    const { locationName, location } = reference;
    const isRenamed =
      shape['type'] === 'structure' &&
      typeof locationName === 'string' &&
      location === undefined &&
      locationName !== name;
    return {
      name,
      target: namespace + reference['shape'],
      traits: {
        ...traitsOf(reference),
        ...(required.includes(name) ? { 'smithy.api#required': {} } : {}),
        ...(isRenamed ? { 'smithy.api#jsonName': locationName } : {}),
      },
    };
  });
}

/** The traits that a shape and a reference to one have alike. */
function traitsOf(shape: Record<string, unknown>): Record<string, unknown> {
  const traits: Record<string, unknown> = {};
  const { min, max, type, pattern } = shape;
  if (min !== undefined || max !== undefined) {
    const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    if (numberTypes.has(type)) traits['smithy.api#range'] = bounds;
    else if (measuredTypes.has(type)) traits['smithy.api#length'] = bounds;
  }
  if (pattern !== undefined) traits['smithy.api#pattern'] = pattern;
  for (const flag of ['sensitive', 'idempotencyToken', 'deprecated', 'box', 'sparse']) {
    if (shape[flag] === true) traits[`smithy.api#${flag}`] = {};
  }
  const format = timestampFormats.get(shape['timestampFormat']);
  if (format !== undefined) traits['smithy.api#timestampFormat'] = format;
  return traits;
}

function errorTraits(shape: Record<string, unknown>): Record<string, unknown> {
  if (shape['exception'] !== true) return {};
  const status = isRecord(shape['error']) ? shape['error']['httpStatusCode'] : undefined;
  const isServer = shape['fault'] === true || (typeof status === 'number' && status >= 500);
  return {
    'smithy.api#error': isServer ? 'server' : 'client',
    ...(typeof status === 'number' ? { 'smithy.api#httpError': status } : {}),
  };
}
