// SPDX-License-Identifier: Apache-2.0
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import type { LifecycleModel, ResourceModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';

/** Takes over each resource's lifecycle, and makes sure that every status AWS can show has a class. */
export function classifyStates(state: GeneratorState): GeneratorState {
  return mapResources(state, classify);
}

function classify({ mapping, resource }: Draft): ResourceModel {
  const { kind, status, states = {}, failureReason, delete: deletion } = mapping.data.lifecycle;
  const { operations } = resource;
  for (const role of deletion === 'delete'
    ? (['delete'] as const)
    : deletion === 'stop'
      ? (['stop'] as const)
      : (['stop', 'delete'] as const)) {
    if (!operations[role])
      throw errorAt(
        mapping,
        ['lifecycle', 'delete'],
        `${deletion} needs a ${role} operation; name it under operations`,
      );
  }
  const lifecycle: LifecycleModel = { kind, states, delete: deletion };
  if (status === undefined) return { ...resource, lifecycle };
  const field = resource.status.members.find(({ sdk }) => sdk === status);
  if (field?.type.kind !== 'enum') {
    const enums = resource.status.members.filter(({ type }) => type.kind === 'enum').map(({ sdk }) => sdk);
    throw errorAt(
      mapping,
      ['lifecycle', 'status'],
      `${operations.read.name} answers no status ${status}${suggestion(status, enums)}; it has ${enums.join(', ')}`,
    );
  }
  const { values } = field.type;
  for (const value of Object.keys(states)) {
    if (!values.includes(value))
      throw errorAt(mapping, ['lifecycle', 'states', value], `${status} is never ${value}${suggestion(value, values)}`);
  }
  const missing = values.filter((value) => !Object.hasOwn(states, value));
  if (missing.length > 0)
    throw errorAt(mapping, ['lifecycle', 'states'], `does not classify ${missing.join(', ')} of ${status}`);
  const fact = {
    path: `status.${field.json}`,
    text: `shows the state: ${Object.entries(states)
      .map(([value, stateClass]) => `${value} is ${stateClass}`)
      .join(', ')}`,
    source: { kind: 'mapping', location: mapping.locate(['lifecycle', 'states']) },
  } as const;
  const reason = reasonField({ mapping, resource }, failureReason);
  return withFacts({ ...resource, lifecycle: { ...lifecycle, statusField: field.json, ...reason } }, [fact]);
}

function reasonField({ mapping, resource }: Draft, name: string | undefined): { failureReasonField?: string } {
  const names = resource.status.members.map(({ sdk }) => sdk);
  if (name !== undefined && !names.includes(name)) {
    throw errorAt(
      mapping,
      ['lifecycle', 'failureReason'],
      `${resource.operations.read.name} answers no ${name}${suggestion(name, names)}`,
    );
  }
  const field = resource.status.members.find(({ sdk }) => sdk === (name ?? 'FailureReason'));
  if (name === 'FailureReason')
    throw errorAt(mapping, ['lifecycle', 'failureReason'], 'has no effect: FailureReason is what is looked for anyway');
  return field ? { failureReasonField: field.json } : {};
}
