// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel, Shape } from '../../../generator/model/model.ts';
import { constraintsOf } from './protocol/constraints.ts';
import type { Data } from './resource.ts';

/** Texts to try where a text is required, the first that keeps the rules being taken. */
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
];

/** The least input of an operation: what the model requires, with `given` members in place of made-up ones. */
export function minimalInput(model: ServiceModel, operation: string, given: Data = {}): Data {
  const shape = model.shapes.get(model.operations.get(operation)?.input ?? '');
  if (shape?.kind !== 'structure') throw new Error(`the model has no operation ${operation}`);
  return { ...(minimalStructure(model, shape) as Data), ...given };
}

function minimalStructure(model: ServiceModel, shape: Extract<Shape, { members: unknown }>): unknown {
  const members =
    shape.kind === 'union' ? shape.members.slice(0, 1) : shape.members.filter((one) => one.traits.required);
  return Object.fromEntries(members.map((member) => [member.name, minimalValue(model, member)]));
}

function minimalValue(model: ServiceModel, member: Member): unknown {
  const shape = model.shapes.get(member.target);
  if (!shape) throw new Error(`the model has no shape ${member.target}`);
  switch (shape.kind) {
    case 'structure':
    case 'union':
      return minimalStructure(model, shape);
    case 'list':
      return Array.from({ length: shape.traits.length?.min ?? 0 }, () => minimalValue(model, shape.member));
    case 'map':
      return {};
    case 'enum':
      return shape.values[0];
    case 'boolean':
      return false;
    case 'string':
    case 'blob':
      return fittingText(member, shape);
    default:
      return member.traits.range?.min ?? shape.traits.range?.min ?? 1;
  }
}

function fittingText(member: Member, shape: Shape): string {
  const rules = constraintsOf(member, shape);
  const text = TEXTS.find((one) => rules.every((rule) => rule.holds(one)));
  if (text === undefined) throw new Error(`no text fits ${member.name}: ${rules.map((rule) => rule.text).join(', ')}`);
  return text;
}
