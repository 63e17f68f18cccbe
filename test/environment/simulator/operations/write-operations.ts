// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import { type KindRules, keyOf, nameOf } from '../kinds/kind-rules.ts';
import { type Data, type Resource, wireTime } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';
import { findResource, missingError } from './find-resource.ts';
import type { CallContext, Handler } from './handler.ts';
import { creationSteps, deletionSteps, initialState, isTombstone, stopSteps, updateSteps } from './lifecycles.ts';
import { readTags } from './tag-set.ts';

/** Makes a resource and begins its lifecycle. `kinds` is where the rules of what it refers to are. */
export function createHandler(rules: KindRules, kinds: ReadonlyMap<string, KindRules>): Handler {
  return (input, context) => {
    const repeated = findByToken(rules, input, context);
    if (repeated) return repeated.data;
    const resource = placeResource(rules, kinds, input, context);
    context.world.walk(resource, creationSteps(rules, context.world, resource));
    return resource.data;
  };
}

/**
 * Puts a new resource where it belongs, without beginning its lifecycle.
 * @throws AwsApiError when the name is taken, what it refers to is not there, or the kind refuses it
 */
export function placeResource(
  rules: KindRules,
  kinds: ReadonlyMap<string, KindRules>,
  input: Data,
  context: CallContext,
): Resource {
  const { Tags, ...members } = input;
  const tags = readTags(Tags);
  const named: Data = { ...members, ...rules.identify?.(input, context) };
  const key = keyOf(rules, named);
  const existing = context.world.find(context.scope, rules.kind, key);
  if (existing && isTombstone(rules, existing)) context.world.remove(existing);
  else if (existing && rules.exists) {
    throw rules.exists({ arn: existing.arn, name: nameOf(rules, named), operation: context.operation.name });
  }
  checkReferences(rules, kinds, input, context);
  rules.checkCreate?.(input, context);
  const arn = sagemakerArn(context.scope, rules.arnPath(named));
  const times = { CreationTime: wireTime(context.now), LastModifiedTime: wireTime(context.now) };
  const state = initialState(rules, context.now);
  const data = { ...(rules.defaults?.(named) ?? named), [rules.arnMember]: arn, ...times, ...state };
  return context.world.add({ kind: rules.kind, scope: context.scope, key, arn, data, tags });
}

/** Changes a resource where its state allows it. */
export function updateHandler(rules: KindRules): Handler {
  return (input, context) => {
    const resource = findResource(rules, input, context);
    const refusal = rules.refuse?.('update', resource);
    if (refusal) throw refusal;
    const before = resource.data;
    context.world.change(resource, rules.change?.(input, resource, context) ?? withoutKey(rules, input));
    const steps = updateSteps(rules, context.world, before);
    // Without a state for it an update leaves alone what the resource is going through.
    if (steps.length > 0) context.world.walk(resource, steps);
    return resource.data;
  };
}

/** Stops a job that runs. */
export function stopHandler(rules: KindRules): Handler {
  return (input, context) => {
    const resource = findResource(rules, input, context);
    const refusal = rules.refuse?.('stop', resource);
    if (refusal) throw refusal;
    if (rules.lifecycle.kind === 'job') context.world.walk(resource, stopSteps(rules, rules.lifecycle, context.world));
    return resource.data;
  };
}

/** Deletes a resource where its state allows it. */
export function deleteHandler(rules: KindRules): Handler {
  return (input, context) => {
    const resource = findResource(rules, input, context);
    if (isTombstone(rules, resource)) throw missingError(rules, input, context);
    const refusal = rules.refuse?.('delete', resource);
    if (refusal) throw refusal;
    context.world.walk(resource, deletionSteps(rules, context.world));
    return resource.data;
  };
}

function checkReferences(
  rules: KindRules,
  kinds: ReadonlyMap<string, KindRules>,
  input: Data,
  context: CallContext,
): void {
  for (const reference of rules.references?.(input) ?? []) {
    const target = kinds.get(reference.kind);
    if (!target)
      throw new Error(`${rules.kind} refers to the kind ${reference.kind}, which the simulator does not have`);
    const wanted = { [target.key.at(-1) ?? '']: reference.name };
    if (!context.world.find(context.scope, reference.kind, keyOf(target, wanted)))
      throw missingError(target, wanted, context);
  }
}

function findByToken(rules: KindRules, input: Data, context: CallContext): Resource | undefined {
  const token = rules.token === undefined ? undefined : input[rules.token];
  if (rules.token === undefined || token === undefined) return undefined;
  for (const resource of context.world.shelf(context.scope, rules.kind).values()) {
    if (resource.data[rules.token] !== token) continue;
    const same = rules.key.every((member) => input[member] === undefined || input[member] === resource.data[member]);
    if (same) return resource;
    throw validationException(`The ${rules.token} was used before with other parameters.`);
  }
  return undefined;
}

function withoutKey(rules: KindRules, input: Data): Data {
  const members = { ...input };
  for (const member of rules.key) delete members[member];
  return members;
}
