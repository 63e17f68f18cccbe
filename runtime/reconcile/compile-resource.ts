// SPDX-License-Identifier: Apache-2.0
import type { InputMember, OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference, Observed } from '../hooks.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { compareSpec } from './compare-spec.ts';
import { isSet, toJsonValue, toSdkValue } from './convert-value.ts';
import type { LastApplied } from './last-applied.ts';
import { isPlainObject, ownValue, setOwn, valueAt } from './plain-object.ts';
import { buildRuleTree } from './rule-tree.ts';
import { type Tag, tagsForCreate } from './tags.ts';

/** What goes into an input besides the object. */
export interface InputExtras {
  /** The idempotency token, for members that take one and that the object leaves unset. */
  readonly token?: string;
  /** The controller's default tags, already expanded; they go into the create input of kinds that take them. */
  readonly defaultTags?: readonly Tag[];
}

/** A resource definition made ready for use; see {@link compileResource}. */
export interface CompiledResource {
  readonly definition: ResourceDefinition;
  /**
   * The object with the name field filled in from `metadata.name` where the user left it out; otherwise the object
   * itself.
   */
  complete(object: CustomResource): CustomResource;
  /**
   * The SDK's input of an operation, hooks not applied. Members without a value are absent. Throws
   * {@link import('./convert-value.ts').InvalidValueError} for a value that the SDK would send wrongly.
   */
  toInput(operation: OperationDefinition, object: CustomResource, extras: InputExtras): Record<string, unknown>;
  /** What an operation's output says in the CRD's names, hooks not applied. Members without a value are absent. */
  fromOutput(operation: OperationDefinition, output: Record<string, unknown>): MutableObserved;
  /** The differences that count, hooks not applied; tags are not among them. */
  compare(desiredSpec: unknown, observedSpec: unknown, applied: LastApplied | undefined): readonly Difference[];
  /** The names of required input members that the object gives no value for: without them AWS need not be asked. */
  missingInput(operation: OperationDefinition, object: CustomResource): readonly string[];
}

/** What was read, not yet frozen. */
export type MutableObserved = Observed<Record<string, unknown>, Record<string, unknown>>;

/** Makes a definition ready for use, once. */
export function compileResource(definition: ResourceDefinition): CompiledResource {
  const known = compiled.get(definition);
  if (known) return known;
  const resource = compile(definition);
  compiled.set(definition, resource);
  return resource;
}

// A cache and nothing else: what is in it follows from the definition alone.
const compiled = new WeakMap<ResourceDefinition, CompiledResource>();

function compile(definition: ResourceDefinition): CompiledResource {
  const rules = buildRuleTree(definition.rules);
  const skipped = new Set(definition.tags ? [definition.tags.field] : []);
  const complete = (object: CustomResource): CustomResource => withName(definition, object);
  return {
    definition,
    complete,
    toInput: (operation, object, extras) => buildInput(definition, operation, complete(object), extras),
    fromOutput: readOutput,
    compare: (desired, observed, applied) =>
      compareSpec(desired, observed, { shape: definition.spec, rules, applied, skipped }),
    missingInput(operation, object) {
      const named = complete(object);
      const required = operation.input.filter((member) => member.required && member.from !== 'token');
      return required.filter((member) => !isSet(inputValue(member, named))).map((member) => member.sdk);
    },
  };
}

function withName(definition: ResourceDefinition, object: CustomResource): CustomResource {
  const { nameField } = definition;
  if (nameField === undefined || isSet(ownValue(object.spec, nameField))) return object;
  return { ...object, spec: Object.freeze({ ...object.spec, [nameField]: object.metadata.name }) };
}

function buildInput(
  definition: ResourceDefinition,
  operation: OperationDefinition,
  object: CustomResource,
  extras: InputExtras,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const member of operation.input) {
    const value = isCreateTags(definition, operation, member)
      ? tagsForCreate(definition.tags, object.spec, extras.defaultTags ?? [])
      : (inputValue(member, object) ?? (member.from === 'token' ? extras.token : undefined));
    if (isSet(value)) input[member.sdk] = toSdkValue(member.type, value, member.path ?? [member.sdk]);
  }
  return input;
}

function isCreateTags(
  definition: ResourceDefinition,
  operation: OperationDefinition,
  member: InputMember,
): definition is ResourceDefinition & Required<Pick<ResourceDefinition, 'tags'>> {
  const { tags } = definition;
  if (!tags || operation !== definition.operations.create) return false;
  return member.path?.length === 2 && member.path[0] === 'spec' && member.path[1] === tags.field;
}

function inputValue(member: InputMember, object: CustomResource): unknown {
  if (member.from === 'arn') return valueAt(object.status, ['ackResourceMetadata', 'arn']);
  const value = member.path ? valueAt(object, member.path) : undefined;
  return value ?? undefined;
}

function readOutput(operation: OperationDefinition, output: Record<string, unknown>): MutableObserved {
  const observed: MutableObserved = { spec: {}, status: {} };
  for (const member of operation.output) {
    const value = valueAt(output, member.sdk);
    const converted = isSet(value) ? toJsonValue(member.type, value) : undefined;
    if (converted !== undefined) place(observed, member.path, converted);
  }
  return observed;
}

// Two members may lead into one structure (`status.ackResourceMetadata`), so what is there is kept.
function place(root: object, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    setOwn(root, name, value);
    return;
  }
  let below = ownValue(root, name);
  if (!isPlainObject(below)) {
    below = {};
    setOwn(root, name, below);
  }
  place(below as object, rest, value);
}
