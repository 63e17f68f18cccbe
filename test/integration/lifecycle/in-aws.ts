// SPDX-License-Identifier: Apache-2.0
import type { FieldType, ListType, ResourceDefinition, StructureShape } from '../../../runtime/definition.ts';
import { buildRuleTree, type RuleTree, rulesOfElements } from '../../../runtime/reconcile/rule-tree.ts';
import type { CallRecord } from '../../environment/simulator/call-log.ts';
import { namesOf, withValue } from '../../environment/simulator/kinds/default-members.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import type { ResourceView } from '../../environment/simulator/resources.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { readServiceModel } from '../../support/spec-values.ts';
import type { Actor } from './world.ts';

const model = readServiceModel();

/** The member of Describe that tells the state; undefined for a kind without states. */
export function statusMember({ lifecycle, operations }: ResourceDefinition): string | undefined {
  return operations.read.output.find(({ path }) => path.join('.') === `status.${lifecycle.statusField}`)?.sdk[0];
}

/** Members of Describe that give a part of the object's status a value: the path has the CRD's names. */
export function statusData({ operations }: ResourceDefinition, path: readonly string[], value: string): Data {
  const names = namesOf(operations.read, ['status', ...path]);
  if (!names) throw new Error(`Describe tells nothing of status.${path.join('.')}`);
  return withValue({}, names, value) as Data;
}

/** The resource of an object. */
export function twinOf(simulator: Simulator, actor: Actor): ResourceView | undefined {
  const arn = actor.object()?.status?.ackResourceMetadata?.arn;
  return simulator.resources.list({ kind: actor.definition.kind }).find((one) => one.arn === arn);
}

/** Sets members of the resource of an object as if AWS had done it. */
export function changeTwin(simulator: Simulator, actor: Actor, data: Data): void {
  simulator.resources.change({ kind: actor.definition.kind }, data);
}

/** The calls that are writes of the kind itself. */
export function writesIn(simulator: Simulator): readonly CallRecord[] {
  return simulator.calls.list().filter(({ operation, service }) => {
    return service === 'sagemaker' && !/^(Describe|List)/.test(operation);
  });
}

/**
 * Fills in what nobody asked for, as AWS fills in its defaults: every member that Describe shows of the spec and that the input left
 * out, at any depth of structures and of their lists; and turns round the lists whose order means nothing: those of scalars that the
 * mapping does not call ordered, and those that it says it of.
 */
export function fillIn(simulator: Simulator, actor: Actor, every: Data): void {
  const { definition } = actor;
  const twin = twinOf(simulator, actor);
  if (!twin) return;
  const rules = buildRuleTree(definition.rules);
  const patch: Record<string, unknown> = {};
  for (const { sdk, path, type } of definition.operations.read.output) {
    const [name, ...deeper] = sdk;
    if (name === undefined || deeper.length > 0 || path[0] !== 'spec') continue;
    const source = definition.operations.create.input.find((one) => one.path?.join() === path.join());
    const more = source === undefined ? undefined : every[source.sdk];
    const filled = filledIn(type, twin.data[name], more, rules.children.get(path[1] ?? ''));
    if (filled !== undefined) patch[name] = filled;
  }
  changeTwin(simulator, actor, patch);
}

function filledIn(type: FieldType, value: unknown, more: unknown, rules: RuleTree | undefined): unknown {
  if (value === undefined || value === null) return more;
  if (typeof type === 'string') return value;
  if ('list' in type) {
    const others = Array.isArray(more) ? more : [];
    const under = rulesOfElements(rules);
    const list = (value as readonly unknown[]).map((one, index) => filledIn(type.list, one, others[index], under));
    return isUnordered(type, rules) ? list.toReversed() : list;
  }
  if ('map' in type) return value;
  const filled: Record<string, unknown> = { ...(value as Data) };
  const added = isData(more) ? more : {};
  for (const member of type.structure.members) {
    // A union has one member, and that one is set.
    if (filled[member.sdk] === undefined && isUnion(type.structure)) continue;
    const one = filledIn(member.type, filled[member.sdk], added[member.sdk], rules?.children.get(member.json));
    if (one !== undefined) filled[member.sdk] = one;
  }
  return filled;
}

function isUnion({ name }: StructureShape): boolean {
  return model.shapes.get(name)?.kind === 'union';
}

function isUnordered({ list }: ListType, rules: RuleTree | undefined): boolean {
  const { compare = '' } = rules?.rule ?? {};
  return compare !== 'ordered' && (typeof list === 'string' || ['set', 'keyed', 'subset'].includes(compare));
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
