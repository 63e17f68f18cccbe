// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../generator/model/model.ts';
import { AwsApiError } from './api-error.ts';
import { type KindRules, nameOf } from './kinds/kind-rules.ts';
import { buildHandlers } from './operations/build-handlers.ts';
import type { CallContext } from './operations/handler.ts';
import { parseInput } from './protocol/parse-input.ts';
import { createInputValidator } from './protocol/validate-input.ts';
import { pickMembers } from './protocol/write-output.ts';
import type { Data } from './resource.ts';
import { type Scope, sagemakerArn } from './scope.ts';
import type { World } from './world.ts';

/** SageMaker behind its wire: bodies in, answers out. */
export interface SageMakerService {
  readonly model: ServiceModel;
  readonly kinds: ReadonlyMap<string, KindRules>;
  /**
   * Does what an operation asks for.
   * @throws AwsApiError what AWS would answer instead
   */
  call(operation: string, body: string, scope: Scope): Data;
  /** The context in which the code of an operation runs, for what is done without a call. */
  contextOf(operation: string, scope: Scope): CallContext;
  /** The name of the resource that a request is about, read from whatever came. */
  nameIn(operation: string, input: Data): string | undefined;
  /** The ARN of the resource that a request is about, `*` for one that is about none. */
  arnIn(operation: string, input: Data, scope: Scope): string;
}

/** The service over a world of resources. */
export function createSageMakerService(
  model: ServiceModel,
  world: World,
  all: readonly KindRules[],
  random: () => number,
): SageMakerService {
  const kinds = new Map(all.map((rules) => [rules.kind, rules]));
  const handlers = buildHandlers(all);
  const validate = createInputValidator(model);
  const subjects = subjectOf(model, all);
  const contextOf = (operationName: string, scope: Scope): CallContext => {
    const operation = model.operations.get(operationName);
    if (!operation) throw new AwsApiError('UnknownOperationException', `Unknown operation ${operationName}`);
    return { world, scope, model, operation, now: world.clock.now(), newId: (length) => randomId(random, length) };
  };
  return {
    model,
    kinds,
    contextOf,
    call(operationName, body, scope) {
      const context = contextOf(operationName, scope);
      const handler = handlers.get(operationName);
      if (!handler) {
        throw new AwsApiError('NotSimulated', `The SageMaker simulator does not serve ${operationName}.`, 501);
      }
      const input = parseInput(model, context.operation.input, body);
      const invalid = validate(context.operation.input, input);
      if (invalid) throw invalid;
      return pickMembers(model, context.operation.output, handler(input, context));
    },
    nameIn(operation, input) {
      const rules = subjects.get(operation);
      return (rules && nameOf(rules, input)) || undefined;
    },
    arnIn(operation, input, scope) {
      const rules = subjects.get(operation);
      if (rules) return sagemakerArn(scope, rules.arnPath(input));
      return typeof input['ResourceArn'] === 'string' ? input['ResourceArn'] : '*';
    },
  };
}

/** Operation -> the kind whose resource it is about: its input has the kind's name member. */
function subjectOf(model: ServiceModel, all: readonly KindRules[]): ReadonlyMap<string, KindRules> {
  const subjects = new Map<string, KindRules>();
  for (const rules of all) {
    const { create, describe, update, stop, delete: remove } = rules.operations;
    const own = [create, describe, update, stop, remove, ...Object.keys(rules.handlers?.(rules) ?? {})];
    for (const name of own) if (name !== undefined && model.operations.has(name)) subjects.set(name, rules);
  }
  return subjects;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

function randomId(random: () => number, length: number): string {
  return Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}
