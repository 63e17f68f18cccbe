// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel, Shape } from '../../../generator/model/model.ts';
import { constraintsOf } from './protocol/constraints.ts';
import type { Data } from './resource.ts';

/** Texts to try where a text is wanted, the first that keeps the rules being taken. */
const TEXTS = [
  'thing',
  'arn:aws:iam::111122223333:role/thing',
  's3://bucket/thing',
  'arn:aws:sagemaker:us-west-2:111122223333:workteam/private-crowd/thing',
  'arn:aws:lambda:us-west-2:111122223333:function:thing',
  '/opt/ml/thing',
  'a'.repeat(32),
  'd-thing',
  'arn:aws:sagemaker:us-west-2:111122223333:pipeline/thing/execution/thing',
  'arn:aws:sagemaker:us-west-2:111122223333:model-package/thing/1',
  'P1D',
  '1',
  'https://host/thing',
  'https://git.example.com/thing.git',
  'fs-0123456789abcdef0',
  'arn:aws:sns:us-west-2:111122223333:thing',
  'arn:aws:kms:us-west-2:111122223333:key/thing',
];

interface Maker {
  readonly model: ServiceModel;
  /** With every member there is, instead of those that are required. */
  readonly every: boolean;
  /** Structures being made: one that contains itself is not made again inside. */
  readonly inside: ReadonlySet<string>;
}

/** The least input of an operation: what the model requires, with `given` members in place of made-up ones. */
export function minimalInput(model: ServiceModel, operation: string, given: Data = {}): Data {
  return { ...inputOf({ model, every: false, inside: new Set() }, operation), ...given };
}

/** The input of an operation with every member that a made-up value fits, `given` ones in place of those. */
export function fullInput(model: ServiceModel, operation: string, given: Data = {}): Data {
  return { ...inputOf({ model, every: true, inside: new Set() }, operation), ...given };
}

function inputOf(maker: Maker, operation: string): Data {
  const shape = maker.model.shapes.get(maker.model.operations.get(operation)?.input ?? '');
  if (shape?.kind !== 'structure') throw new Error(`the model has no operation ${operation}`);
  const input = structureOf(maker, shape);
  if (!input) throw new Error(`a required member of ${operation} has rules that none of the texts keeps`);
  return input;
}

/** Undefined where a required member cannot be made up. */
function structureOf(maker: Maker, shape: Extract<Shape, { members: unknown }>): Data | undefined {
  const inner = { ...maker, inside: new Set([...maker.inside, shape.name]) };
  const members = shape.kind === 'union' ? shape.members.slice(0, 1) : shape.members;
  const made: Record<string, unknown> = {};
  for (const member of members) {
    const required = member.traits.required || shape.kind === 'union';
    if (!required && !maker.every) continue;
    const value = madeUp(inner, member);
    if (value !== undefined) made[member.name] = value;
    else if (required) return undefined;
  }
  return made;
}

/** A value of a member, undefined where none is known that keeps its rules. */
function madeUp(maker: Maker, member: Member): unknown {
  const shape = maker.model.shapes.get(member.target);
  if (!shape) throw new Error(`the model has no shape ${member.target}`);
  switch (shape.kind) {
    case 'structure':
    case 'union':
      if (maker.inside.has(shape.name)) return undefined;
      return structureOf(maker, shape);
    case 'list':
      return listOf(maker, shape);
    case 'map': {
      const key = maker.every ? madeUp(maker, shape.key) : undefined;
      const value = maker.every ? madeUp(maker, shape.value) : undefined;
      return key === undefined || value === undefined ? {} : { [String(key)]: value };
    }
    case 'enum':
      return shape.values[0];
    case 'boolean':
      return true;
    case 'string':
    case 'blob':
      return textOf(member, shape);
    default:
      return member.traits.range?.min ?? shape.traits.range?.min ?? 1;
  }
}

function listOf(maker: Maker, shape: Extract<Shape, { kind: 'list' }>): unknown {
  const least = Math.max(shape.traits.length?.min ?? 0, maker.every ? 1 : 0);
  const item = least > 0 ? madeUp(maker, shape.member) : undefined;
  if (item === undefined) return shape.traits.length?.min ? undefined : [];
  return Array.from({ length: least }, () => item);
}

function textOf(member: Member, shape: Shape): string | undefined {
  const rules = constraintsOf(member, shape);
  return TEXTS.find((one) => rules.every((rule) => rule.holds(one)));
}
