// SPDX-License-Identifier: Apache-2.0
import type { ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';
import { structureWithin } from '../structure-within.ts';
import { celName } from './cel-name.ts';

/** One of a CRD's `x-kubernetes-validations`, about a field. */
export interface ValidationRule {
  readonly rule: string;
  readonly messageExpression: string;
  readonly message: string;
  readonly fieldPath: string;
  readonly reason: string;
}

const IS_TOLD_TO_DIFFER =
  "(has(oldSelf.status) && has(oldSelf.status.conditions) && oldSelf.status.conditions.exists(c, has(c.reason) && (c.reason == 'Immutable' || c.reason == 'Differs')))";

/**
 * What the API server refuses of an update: that a value which cannot change once AWS has the resource becomes another one. Until then a spec
 * that AWS refused can be corrected, and fields that ACK late-initialised may always come and go. What is told to be another value in AWS can be
 * set back to it: ACK's CRDs let it be edited, and the controller tells whether it is right then. Undefined when all may change.
 *
 * One rule for all of them, which goes once through the values that are set as long as the spec is the same: for each look at a field the API
 * server (1.36) copies the schemas of all its neighbours, which with a rule a field was half of what a status write cost it.
 */
export function immutabilityRule(resource: ResourceModel): ValidationRule | undefined {
  const paths = resource.immutable.flatMap((path) => leavesOf(path, resource.spec));
  if (paths.length === 0) return undefined;
  const kept = paths.map((path) => ({ name: path.join('.'), isKept: keptRule(path, resource) }));
  const changed = kept.map(({ name, isKept }) => `(${isKept} ? '' : ${JSON.stringify(`spec.${name} `)})`).join(' + ');
  const advice = `cannot be changed once the ${resource.kind} exists in AWS: set it back, or ${anewAdvice(resource)}`;
  return {
    rule: [
      '!oldSelf.?status.ackResourceMetadata.arn.hasValue()',
      '(has(self.spec) && has(oldSelf.spec) && self.spec == oldSelf.spec)',
      `(${kept.map(({ isKept }) => isKept).join(' && ')})`,
      IS_TOLD_TO_DIFFER,
    ].join(' || '),
    messageExpression: `(${changed}).trim().replace(' ', ', ') + ${JSON.stringify(` ${advice}`)}`,
    message: `what was changed ${advice}`,
    fieldPath: '.spec',
    reason: 'FieldValueForbidden',
  };
}

/** How one comes by another one: AWS keeps the record of a run, and with it the name that the user chose. */
function anewAdvice({ kind, group, lifecycle, nameField, operations }: ResourceModel): string {
  if (lifecycle.kind !== 'run-to-completion' || lifecycle.delete !== 'stop' || nameField === undefined)
    return 'delete the object and create it anew';
  const record = operations.delete
    ? `its record keeps this one, unless the object is annotated with ${group}/delete-record=true before it is deleted`
    : 'its record keeps this one';
  return `create another ${kind} under a new name (${record})`;
}

/** The paths of the values within an immutable part: structures are passed through, so that their other members may come and go. */
function leavesOf(path: readonly string[], structure: StructureModel, root = path): readonly (readonly string[])[] {
  const [name, ...rest] = path;
  const field = structure.members.find(({ json }) => json === name);
  if (rest.length > 0) return field?.type.kind === 'structure' ? leavesOf(rest, field.type.structure, root) : [root];
  if (field?.type.kind !== 'structure' || field.type.structure.members.length === 0) return [root];
  const within = field.type.structure;
  return within.members.flatMap(({ json }) => leavesOf([json], within, [...root, json]));
}

/** That a value is not another one than before, in the words of CEL. */
function keptRule(path: readonly string[], { spec, rules }: ResourceModel): string {
  const names = path.map(celName).join('.');
  const [value, oldValue] = [`self.spec.${names}`, `oldSelf.spec.${names}`];
  const compare = rules.find((rule) => rule.path.join('.') === path.join('.'))?.compare;
  // Not of the optional values: of those the API server knows no bounds, and it refuses what might cost too much.
  return `(!self.?spec.${names}.hasValue() || !oldSelf.?spec.${names}.hasValue() || ${sameRule(value, oldValue, typeAt(spec, path), compare)})`;
}

function sameRule(value: string, oldValue: string, type: TypeModel | undefined, compare: string | undefined): string {
  if (compare === 'arnOrName') {
    const endsWith = (one: string, other: string): string =>
      `${one}.lowerAscii().endsWith('/' + ${other}.lowerAscii())`;
    return `${value} == ${oldValue} || ${endsWith(value, oldValue)} || ${endsWith(oldValue, value)}`;
  }
  if (!isUnordered(type, compare)) return `${value} == ${oldValue}`;
  const within = (one: string, other: string): string => `${one}.all(element, element in ${other})`;
  return `(${value}.size() == ${oldValue}.size() && ${within(value, oldValue)} && ${within(oldValue, value)})`;
}

/** Whether the elements of a list may change places; only where their number is bounded, or the API server refuses the rule for its cost. */
function isUnordered(type: TypeModel | undefined, compare: string | undefined): boolean {
  if (type?.kind !== 'list' || type.maxSize === undefined || compare === 'ordered') return false;
  return !structureWithin(type) || compare === 'set' || compare === 'keyed' || compare === 'subset';
}

function typeAt(structure: StructureModel, [name, ...rest]: readonly string[]): TypeModel | undefined {
  const type = structure.members.find(({ json }) => json === name)?.type;
  return rest.length > 0 && type?.kind === 'structure' ? typeAt(type.structure, rest) : type;
}
