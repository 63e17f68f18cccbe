// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import type { Member, Shape } from './model.ts';
import { isRecord } from './parse-json.ts';
import { readTraits } from './read-traits.ts';
import type { AstMember, AstShape } from './smithy-ast.ts';

type SimpleKind = Exclude<Shape['kind'], 'enum' | 'list' | 'map' | 'structure' | 'union'>;

// What JSON and the SDK do not tell apart is one kind.
const simpleKinds: ReadonlyMap<string, SimpleKind> = new Map<string, SimpleKind>([
  ['string', 'string'],
  ['boolean', 'boolean'],
  ['byte', 'integer'],
  ['short', 'integer'],
  ['integer', 'integer'],
  ['intEnum', 'integer'],
  ['long', 'long'],
  ['float', 'float'],
  ['double', 'double'],
  ['timestamp', 'timestamp'],
  ['blob', 'blob'],
  ['document', 'document'],
]);

/** Reads a data shape. `nameOf` gives the short name of a shape id. Throws for a type that no field can have. */
export function readShape(shape: AstShape, nameOf: (id: string) => string, file: string): Shape {
  const name = nameOf(shape.id);
  const traits = readTraits(shape.traits, file, shape.id);
  const member = (own: AstMember): Member => ({
    name: own.name,
    target: nameOf(own.target),
    traits: readTraits(own.traits, file, `${shape.id}$${own.name}`),
  });
  switch (shape.type) {
    case 'structure':
    case 'union':
      return { kind: shape.type, name, traits, members: shape.members.map(member) };
    case 'list':
      return { kind: 'list', name, traits, member: member(memberOf(shape, 'member', file)) };
    case 'map':
      return {
        kind: 'map',
        name,
        traits,
        key: member(memberOf(shape, 'key', file)),
        value: member(memberOf(shape, 'value', file)),
      };
    case 'enum':
      return { kind: 'enum', name, traits, values: shape.members.map((own) => enumValue(own, file, shape.id)).sort() };
  }
  const kind = simpleKinds.get(shape.type);
  if (!kind) throw new GeneratorError(`has the type ${shape.type}, which no field can have`, { file, path: shape.id });
  const values = shape.traits['smithy.api#enum'];
  if (kind === 'string' && values !== undefined)
    return { kind: 'enum', name, traits, values: enumTraitValues(values, file, shape.id) };
  return { kind, name, traits };
}

function memberOf(shape: AstShape, name: string, file: string): AstMember {
  const member = shape.members.find((own) => own.name === name);
  if (!member) throw new GeneratorError(`is a ${shape.type} without ${name}`, { file, path: shape.id });
  return member;
}

/** A value is the member's name unless a trait says otherwise. */
function enumValue(member: AstMember, file: string, id: string): string {
  const value = member.traits['smithy.api#enumValue'] ?? member.name;
  if (typeof value !== 'string')
    throw new GeneratorError(`has the value ${JSON.stringify(value)}, not a string`, {
      file,
      path: `${id}$${member.name}`,
    });
  return value;
}

/** The form of enums before Smithy 2.0: a trait on a string. */
function enumTraitValues(trait: unknown, file: string, path: string): string[] {
  const values = Array.isArray(trait)
    ? trait.map((entry: unknown) => (isRecord(entry) ? entry['value'] : undefined))
    : [undefined];
  const strings = values.filter((value) => typeof value === 'string');
  if (strings.length < values.length)
    throw new GeneratorError('has an smithy.api#enum trait that is not a list of values', { file, path });
  return strings.sort();
}
