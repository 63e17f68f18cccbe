// SPDX-License-Identifier: Apache-2.0

import type { BusyMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import type { BusyModel, LifecycleModel, ResourceModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';
import { resolvePath } from './mark-fields.ts';

const USUAL_REASON = 'FailureReason';

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
  const busy = (mapping.data.lifecycle.busy ?? []).map((rule, index) => busyRule({ mapping, resource }, rule, index));
  const { stopFirst } = mapping.data.lifecycle;
  const lifecycle: LifecycleModel = {
    kind,
    states,
    delete: deletion,
    ...(stopFirst && { stopFirst }),
    ...(busy.length > 0 && { busy }),
  };
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
  for (const [index, value] of (stopFirst ?? []).entries()) {
    if (!values.includes(value))
      throw errorAt(
        mapping,
        ['lifecycle', 'stopFirst', index],
        `${status} is never ${value}${suggestion(value, values)}`,
      );
  }
  if (stopFirst && !operations.stop)
    throw errorAt(mapping, ['lifecycle', 'stopFirst'], 'needs a stop operation; name it under operations');
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
  const reason = failureReasonPath({ mapping, resource }, failureReason);
  return withFacts({ ...resource, lifecycle: { ...lifecycle, statusField: field.json, ...reason } }, [fact]);
}

function busyRule({ mapping, resource }: Draft, { field, values, unsettled }: BusyMapping, index: number): BusyModel {
  const at = (message: string) => errorAt(mapping, ['lifecycle', 'busy', index, 'field'], message);
  const path = resolvePath(resource.status, field, at);
  const type = path.at(-1)?.type;
  if (type?.kind !== 'enum') throw at(`${field} tells no state`);
  const unknown = values.find((value) => !type.values.includes(value));
  if (unknown !== undefined)
    throw errorAt(
      mapping,
      ['lifecycle', 'busy', index, 'values'],
      `${field} is never ${unknown}${suggestion(unknown, type.values)}`,
    );
  return { path: path.map(({ json }) => json), values, ...(unsettled && { unsettled }) };
}

function failureReasonPath(
  { mapping, resource }: Draft,
  wanted: string | undefined,
): { failureReasonPath?: readonly string[] } {
  const at = (message: string) => errorAt(mapping, ['lifecycle', 'failureReason'], message);
  if (wanted === USUAL_REASON) throw at(`has no effect: ${USUAL_REASON} is what is looked for anyway`);
  const name = wanted ?? USUAL_REASON;
  const [first = ''] = name.split('.');
  const names = resource.status.members.map(({ sdk }) => sdk);
  if (!names.includes(first)) {
    if (wanted === undefined) return {};
    throw at(`${resource.operations.read.name} answers no ${first}${suggestion(first, names)}`);
  }
  const path = resolvePath(resource.status, name, at);
  const isSingleText = path.every(
    ({ type }, index) => type.kind === (index < path.length - 1 ? 'structure' : 'string'),
  );
  if (!isSingleText) throw at(`${name} is no single text`);
  return { failureReasonPath: path.map(({ json }) => json) };
}
