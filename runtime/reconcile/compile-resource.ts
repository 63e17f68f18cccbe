// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { FieldRule, FieldType, InputMember, OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference, Observed } from '../hooks.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { compareSpec } from './compare-spec.ts';
import { isSet, toJsonValue, toSdkValue } from './convert-value.ts';
import type { LastApplied } from './last-applied.ts';
import { isPlainObject, ownValue, setAt, valueAt } from './plain-object.ts';
import { buildRuleTree } from './rule-tree.ts';
import { type Tag, tagsForCreate } from './tags.ts';

/** What goes into an input besides the object. */
export interface InputExtras {
  /** The idempotency token, for members that take one and that the object leaves unset. */
  readonly token?: string;
  /** What AWS shows of the spec, for updates that only add. */
  readonly observed?: unknown;
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
  compare(
    desiredSpec: unknown,
    observedSpec: unknown,
    applied: LastApplied | undefined,
    isEdited?: boolean,
  ): readonly Difference[];
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
    compare: (desired, observed, applied, isEdited) =>
      compareSpec(desired, observed, { shape: definition.spec, rules, applied, isEdited, skipped }),
    missingInput(operation, object) {
      const named = complete(object);
      const required = operation.input.filter((member) => member.required && member.from !== 'token');
      return required.filter((member) => !isSet(inputValue(member, named))).map((member) => member.sdk);
    },
  };
}

function withName(definition: ResourceDefinition, object: CustomResource): CustomResource {
  const { nameField, nameUnless } = definition;
  if (nameField === undefined || isSet(ownValue(object.spec, nameField))) return object;
  if (nameUnless !== undefined && isSet(ownValue(object.spec, nameUnless))) return object;
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
      : (inputValue(member, object) ?? (member.from === 'token' ? tokenOf(extras.token) : undefined));
    const wanted = isAddOnly(definition, operation, member) ? additions(definition, member, value, extras) : value;
    if (!isSet(wanted)) continue;
    const converted = toSdkValue(member.type, wanted, member.path ?? [member.sdk]);
    // The whole comes before its parts in the list of members.
    if (member.nested) setAt(input, [member.sdk, ...member.nested], converted);
    else input[member.sdk] = converted;
  }
  return input;
}

function isAddOnly(definition: ResourceDefinition, operation: OperationDefinition, member: InputMember): boolean {
  return operation === definition.operations.update && addOnlyRule(definition, member) !== undefined;
}

function addOnlyRule({ rules }: ResourceDefinition, { path }: InputMember): FieldRule | undefined {
  return rules.find((rule) => rule.addOnly && path?.length === 2 && path[0] === 'spec' && rule.path[0] === path[1]);
}

/** The elements of a list that AWS does not show yet; undefined when there is none. */
function additions(
  definition: ResourceDefinition,
  member: InputMember,
  value: unknown,
  { observed }: InputExtras,
): readonly unknown[] | undefined {
  const { key = '', path = [] } = addOnlyRule(definition, member) ?? {};
  const shown = valueAt(observed, path);
  const known = new Set(Array.isArray(shown) ? shown.map((element) => ownValue(element, key)) : []);
  const added = Array.isArray(value) ? value.filter((element) => !known.has(ownValue(element, key))) : [];
  return added.length === 0 ? undefined : added;
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
  if (member.from === 'annotation') return ownValue(object.metadata.annotations, member.annotation ?? '');
  const arn = valueAt(object.status, ['ackResourceMetadata', 'arn']) ?? undefined;
  const value = member.path ? (valueAt(object, member.path) ?? undefined) : undefined;
  if (member.from === 'arn') return arn ?? value;
  if (member.from === 'arnEnd' && value === undefined && typeof arn === 'string')
    return arn.slice(arn.lastIndexOf('/') + 1);
  return value;
}

function readOutput(operation: OperationDefinition, output: Record<string, unknown>): MutableObserved {
  const observed: MutableObserved = { spec: {}, status: {} };
  for (const member of operation.output) carry(output, member.sdk, observed, member.path, member.type);
  return observed;
}

/** Carries one value of an output to its place; a `*` in both paths stands for each element of a list. */
function carry(from: unknown, sdk: readonly string[], to: object, path: readonly string[], type: FieldType): void {
  const star = sdk.indexOf(EACH);
  if (star < 0) {
    const value = valueAt(from, sdk);
    const converted = isSet(value) ? toJsonValue(type, value) : undefined;
    if (converted !== undefined) setAt(to, path, converted);
    return;
  }
  const targetStar = path.indexOf(EACH);
  const sources = valueAt(from, sdk.slice(0, star));
  const targets = valueAt(to, path.slice(0, targetStar));
  if (!Array.isArray(sources) || !Array.isArray(targets)) return;
  sources.forEach((source, index) => {
    const target: unknown = targets[index];
    if (isPlainObject(target)) carry(source, sdk.slice(star + 1), target, path.slice(targetStar + 1), type);
  });
}

const EACH = '*';

// The shortest of AWS's limits.
const LONGEST_TOKEN = 36;

/** A token that every operation takes: what is too long becomes a hash in the form of a UUID, the same each time. */
function tokenOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= LONGEST_TOKEN) return text;
  const hash = createHash('sha256').update(text).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
}
