// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../../generator/model/model.ts';
import { textsOf } from '../pattern-texts.ts';
import { constraintsOf } from '../protocol/constraints.ts';
import { type Scope, sagemakerArn } from '../scope.ts';

type NewId = (length: number) => string;

// The end of an ARN is an id of this many characters.
const ID_LENGTH = 12;
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** An id that AWS makes up, as the rules of the member want it by which an operation is asked for the resource. */
export function idMadeUp(model: ServiceModel, operation: string, member: string, newId: NewId): string {
  const { pattern, holds } = rulesOf(model, operation, member);
  const id = newId(ID_LENGTH);
  if (holds(id) || pattern === undefined) return id;
  return textsOf(pattern, chooseBy(newId)).find(holds) ?? id;
}

/** The ARN of a resource that AWS names, as the rules of the member want it by which an operation is asked for the resource. */
export function arnMadeUp(
  model: ServiceModel,
  operation: string,
  member: string,
  { scope, type, newId }: { readonly scope: Scope; readonly type: string; readonly newId: NewId },
): string {
  const { pattern = '', holds } = rulesOf(model, operation, member);
  const arn = sagemakerArn(scope, `${type}/${newId(ID_LENGTH)}`);
  if (holds(arn)) return arn;
  // What follows the account in it.
  const [, path = ''] = pattern.split(/(?:\[0-9\]|\\d)\{12\}:/);
  const made = textsOf(path, chooseBy(newId)).map((one) => sagemakerArn(scope, one));
  return made.find(holds) ?? arn;
}

function chooseBy(newId: NewId): (count: number) => number {
  return (count) => Math.max(0, LETTERS.indexOf(newId(1))) % count;
}

function rulesOf(model: ServiceModel, operation: string, name: string) {
  const input = model.shapes.get(model.operations.get(operation)?.input ?? '');
  const member = input?.kind === 'structure' ? input.members.find((one) => one.name === name) : undefined;
  const shape = member && model.shapes.get(member.target);
  const rules = shape ? constraintsOf(member, shape) : [];
  return {
    pattern: member?.traits.pattern ?? shape?.traits.pattern,
    holds: (text: string): boolean => rules.every((rule) => rule.holds(text)),
  };
}
