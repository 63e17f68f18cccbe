// SPDX-License-Identifier: Apache-2.0
import { membersOf } from '../model/members-of.ts';
import type { Operation, ServiceModel } from '../model/model.ts';
import type { ListModel, ResourceModel } from '../resource-model.ts';
import { type GeneratorState, mapResources, withFacts } from '../state.ts';

const time = 'LastModifiedTime';
const newestFirst = { SortBy: 'CreationTime', SortOrder: 'Descending' } as const;

/**
 * Finds, for each resource that passes through states, the list operation that can be asked for what was modified after a time and that
 * shows the state of each: the runtime then asks one List what moved instead of reading each resource.
 */
export function findList(state: GeneratorState): GeneratorState {
  return mapResources(state, ({ resource }) => {
    const list = listOf(state.model, resource);
    if (!list) return resource;
    const fact = {
      path: '',
      text: `list by ${time}: ${list.name}`,
      source: { kind: 'model', shape: list.name },
    } as const;
    return withFacts({ ...resource, list }, [fact]);
  });
}

function listOf(model: ServiceModel, resource: ResourceModel): ListModel | undefined {
  const wanted = `list${resource.plural}`;
  const operation = [...model.operations.values()].find(({ name }) => name.toLowerCase() === wanted);
  const { statusField } = resource.lifecycle;
  if (!operation || statusField === undefined) return undefined;
  const inputs = membersOf(model, operation.input);
  const after = inputs.find(({ name }) => name === `${time}After`)?.name;
  const token = tokenOf(model, operation);
  const found = summariesOf(model, operation);
  if (after === undefined || token === undefined || !found || inputs.some(({ traits }) => traits.required))
    return undefined;
  const summary = new Set(found.members);
  const shows = resource.status.members.filter(({ sdk, type }) => type.kind === 'enum' && summary.has(sdk));
  const arn = [resource.arnMember, ...Object.values(resource.arnMembers)].find((name) => summary.has(name));
  if (!summary.has(time) || arn === undefined) return undefined;
  if (!shows.some(({ json }) => json === statusField)) return undefined;
  return {
    name: operation.name,
    input: constantInput(model, operation),
    after,
    token,
    summaries: found.name,
    arn,
    time,
    shows: shows.map(({ sdk, json }) => ({ sdk, json })),
  };
}

/** The one member that both asks for the next page and tells of it. */
function tokenOf(model: ServiceModel, operation: Operation): string | undefined {
  const name = operation.paginated?.inputToken ?? 'NextToken';
  const has = (shape: string): boolean => membersOf(model, shape).some((member) => member.name === name);
  return has(operation.input) && has(operation.output) ? name : undefined;
}

function summariesOf(
  model: ServiceModel,
  operation: Operation,
): { readonly name: string; readonly members: readonly string[] } | undefined {
  for (const { name, target } of membersOf(model, operation.output)) {
    const list = model.shapes.get(target);
    if (list?.kind === 'list')
      return { name, members: membersOf(model, list.member.target).map((member) => member.name) };
  }
  return undefined;
}

/** The longest pages that the model allows, and newest first where it can be asked for. */
function constantInput(model: ServiceModel, operation: Operation): Record<string, string | number> {
  const input: Record<string, string | number> = {};
  for (const { name, target } of membersOf(model, operation.input)) {
    const shape = model.shapes.get(target);
    const size = shape?.traits.range?.max;
    if (name === (operation.paginated?.pageSize ?? 'MaxResults') && size !== undefined) input[name] = size;
    const order = Object.hasOwn(newestFirst, name) ? newestFirst[name as keyof typeof newestFirst] : undefined;
    if (order !== undefined && shape?.kind === 'enum' && shape.values.includes(order)) input[name] = order;
  }
  return input;
}
