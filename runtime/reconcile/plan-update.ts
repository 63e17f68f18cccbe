// SPDX-License-Identifier: Apache-2.0
import type { OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference, UpdatePlan } from '../hooks.ts';
import { clearRemoved } from './clear-removed.ts';
import { InvalidValueError } from './convert-value.ts';
import { immutableMessage } from './difference-messages.ts';
import { appliedOf, hookContext, type Pass, subjectOf } from './pass.ts';

/** The plan, or what makes the spec one that cannot even be sent. */
export function planIfValid(pass: Pass, differences: readonly Difference[]): UpdatePlan | InvalidValueError {
  try {
    return planOf(pass, differences);
  } catch (error) {
    if (error instanceof InvalidValueError) return error;
    throw error;
  }
}

export function planOf(pass: Pass, differences: readonly Difference[]): UpdatePlan {
  const { definition } = pass.options;
  const operation = definition.operations.update;
  if (!operation) return { kind: 'refuse', message: immutableMessage(definition, differences) };
  // A repeated update of the same generation carries the same token.
  const token = `${pass.memory.uid}-g${pass.wish.generation}`;
  const input = pass.compiled.toInput(operation, subjectOf(pass), { token, observed: pass.observed?.spec });
  if (definition.updatesChanges) leaveUnchanged(definition, operation, differences, input);
  clearRemoved(definition, operation, differences, input, appliedOf(pass)?.owned);
  return definition.hooks?.planUpdate?.(input, hookContext(pass, differences)) ?? { kind: 'update', input };
}

/** Takes the properties of the spec that do not differ out of an update's input, where AWS can do without them; options of the update stay. */
function leaveUnchanged(
  { rules }: ResourceDefinition,
  operation: OperationDefinition,
  differences: readonly Difference[],
  input: Record<string, unknown>,
): void {
  const options = rules.filter(({ compare }) => compare === 'option');
  const sent = new Set([...differences, ...options].map(({ path }) => path[0]));
  for (const { sdk, path, required } of operation.input) {
    if (!required && path?.[0] === 'spec' && !sent.has(path[1])) delete input[sdk];
  }
}
