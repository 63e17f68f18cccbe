// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../generator/model/model.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { constraintsOf } from './protocol/constraints.ts';

/**
 * The name of the `count`th object of a kind: its resource in AWS is called the same, so that AWS's rules are kept as well as
 * Kubernetes'.
 * @throws Error where no name does, which names the rules
 */
export function objectName(model: ServiceModel, definition: ResourceDefinition, word: string, count: number): string {
  const { operations, nameField } = definition;
  const member = operations.create.input.find(({ path }) => path?.join('.') === `spec.${nameField}`);
  const names = [`${word}-${count}`, `${word}${count}`, `${word.charAt(0)}${count}`];
  const input = model.shapes.get(model.operations.get(operations.create.name)?.input ?? '');
  const named = input?.kind === 'structure' ? input.members.find(({ name }) => name === member?.sdk) : undefined;
  const shape = named && model.shapes.get(named.target);
  if (!shape) return `${word}-${count}`;
  const rules = constraintsOf(named, shape);
  const name = names.find((one) => rules.every((rule) => rule.holds(one)));
  if (name !== undefined) return name;
  throw new Error(
    `none of ${names.join(', ')} is a ${named.name} (${rules.map(({ text }) => text).join('; ')}): add one to test/environment/simulator/object-name.ts`,
  );
}
