// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { applyStatements, flattenMixins, type RawShape } from './compose-shapes.ts';
import { isRecord, parseJsonObject } from './parse-json.ts';
import { preludeNamespace, preludeShape } from './prelude.ts';
import type { AstMember, AstShape, AstTraits, SmithyAst } from './smithy-ast.ts';

const lifecycleOperations = ['create', 'put', 'read', 'update', 'delete', 'list'];

/**
 * Reads a Smithy JSON AST of version 1.0 or 2.x, checks its form, flattens mixins, applies `apply` statements and brings 1.0 to 2.0's meaning.
 * Whether targets exist is left to those who follow them. Throws a GeneratorError that names file and shape.
 */
export function parseSmithy(text: string, file: string): SmithyAst {
  const root = parseJsonObject(text, file);
  const version = root['smithy'];
  if (typeof version !== 'string')
    throw new GeneratorError('is not a Smithy JSON AST: it has no "smithy" version', { file });
  if (!/^(1|2)(\.\d+)?$/.test(version)) {
    throw new GeneratorError(`has Smithy version ${JSON.stringify(version)}; 1.0 and 2.0 can be read`, { file });
  }
  const shapes = new Map<string, RawShape>();
  const statements = new Map<string, AstTraits>();
  for (const [id, value] of Object.entries(isRecord(root['shapes']) ? root['shapes'] : {})) {
    if (!isRecord(value)) throw new GeneratorError('is not an object', { file, path: id });
    if (value['type'] === 'apply') statements.set(id, readTraits(value, file, id));
    else shapes.set(id, readShape(id, value, file));
  }
  const composed = applyStatements(flattenMixins(shapes, file), statements, file);
  return { file, shapes: version.startsWith('1') ? upgradeFromVersion1(composed) : composed };
}

/**
 * What 2.0 says by the `default` trait, 1.0 said by the absence of `box`: a number or boolean that cannot be absent is zero or false.
 * A `set` became a list of unique items.
 */
export function upgradeFromVersion1(shapes: ReadonlyMap<string, AstShape>): Map<string, AstShape> {
  const upgraded = new Map<string, AstShape>();
  for (const [id, shape] of shapes) {
    if (shape.type === 'set')
      upgraded.set(id, { ...shape, type: 'list', traits: { ...shape.traits, 'smithy.api#uniqueItems': {} } });
    else if (shape.type === 'structure')
      upgraded.set(id, { ...shape, members: shape.members.map((member) => withZeroDefault(member, shapes)) });
    else upgraded.set(id, shape);
  }
  return upgraded;
}

function withZeroDefault(member: AstMember, shapes: ReadonlyMap<string, AstShape>): AstMember {
  const target = shapes.get(member.target) ?? preludeShape(member.target);
  const isPrimitive = target?.id.startsWith(preludeNamespace)
    ? target.id.startsWith(`${preludeNamespace}Primitive`)
    : target && !('smithy.api#box' in target.traits);
  if (!target || !isPrimitive || 'smithy.api#box' in member.traits) return member;
  if (!['boolean', 'byte', 'short', 'integer', 'long', 'float', 'double'].includes(target.type)) return member;
  return { ...member, traits: { ...member.traits, 'smithy.api#default': target.type === 'boolean' ? false : 0 } };
}

function readShape(id: string, value: Record<string, unknown>, file: string): RawShape {
  const { type, version, rename } = value;
  if (typeof type !== 'string') throw new GeneratorError('has no type', { file, path: id });
  const lifecycle = type === 'resource' ? lifecycleOperations.filter((key) => key in value) : [];
  const input = readTarget(value['input'], file, id, 'input');
  const output = readTarget(value['output'], file, id, 'output');
  return {
    id,
    type,
    traits: readTraits(value, file, id),
    members: readMembers(value, file, id),
    mixins: readTargets(value['mixins'], file, id, 'mixins'),
    operations: [
      ...readTargets(value['operations'], file, id, 'operations'),
      ...readTargets(value['collectionOperations'], file, id, 'collectionOperations'),
      ...lifecycle.map((key) => readTarget(value[key], file, id, key)).filter((target) => target !== undefined),
    ],
    resources: readTargets(value['resources'], file, id, 'resources'),
    errors: readTargets(value['errors'], file, id, 'errors'),
    ...(typeof version === 'string' ? { version } : {}),
    ...(isRecord(rename)
      ? { rename: Object.fromEntries(Object.entries(rename).map(([from, to]) => [from, String(to)])) }
      : {}),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
}

function readMembers(value: Record<string, unknown>, file: string, id: string): AstMember[] {
  const entries = ['member', 'key', 'value']
    .filter((name) => name in value)
    .map((name): [string, unknown] => [name, value[name]]);
  const { members } = value;
  if (members !== undefined && !isRecord(members))
    throw new GeneratorError('has members that are not an object', { file, path: id });
  if (members) entries.push(...Object.entries(members));
  return entries.map(([name, member]) => {
    const path = `${id}$${name}`;
    if (!isRecord(member) || typeof member['target'] !== 'string')
      throw new GeneratorError('has no target', { file, path });
    return { name, target: member['target'], traits: readTraits(member, file, path) };
  });
}

function readTraits(value: Record<string, unknown>, file: string, path: string): AstTraits {
  const { traits } = value;
  if (traits === undefined) return {};
  if (!isRecord(traits)) throw new GeneratorError('has traits that are not an object', { file, path });
  return traits;
}

function readTargets(value: unknown, file: string, path: string, key: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new GeneratorError(`${key} is not a list`, { file, path });
  return value.map((target) => readTarget(target, file, path, key)).filter((target) => target !== undefined);
}

function readTarget(value: unknown, file: string, path: string, key: string): string | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value) || typeof value['target'] !== 'string')
    throw new GeneratorError(`${key} has no target`, { file, path });
  return value['target'];
}
