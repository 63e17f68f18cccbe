// SPDX-License-Identifier: Apache-2.0
import { type AwsApiError, validationException } from '../api-error.ts';
import { type KindRules, keyOf, nameOf } from '../kinds/kind-rules.ts';
import type { Data, Resource } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';
import type { CallContext } from './handler.ts';

/**
 * The resource that a request means.
 * @throws AwsApiError what the kind answers about one that is not there
 */
export function findResource(rules: KindRules, input: Data, context: CallContext): Resource {
  const key = rules.locate?.(input, context) ?? keyOf(rules, input);
  const resource = context.world.find(context.scope, rules.kind, key);
  if (resource) return resource;
  throw missingError(rules, input, context);
}

/** What the kind answers about a resource that is not there. */
export function missingError(rules: KindRules, input: Data, context: CallContext): AwsApiError {
  const arn = sagemakerArn(context.scope, rules.arnPath(input));
  return rules.missing({ arn, name: nameOf(rules, input), operation: context.operation.name });
}

/** The answer to a write in a state that does not allow it, where the kind has no words of its own. */
export function refuseWhile(states: readonly string[], member: string, what: string) {
  return (write: string, resource: Resource): AwsApiError | undefined => {
    const state = String(resource.data[member]);
    if (!states.includes(state)) return undefined;
    return validationException(`Cannot ${write} ${what} "${resource.arn}" while it is in status ${state}.`);
  };
}
