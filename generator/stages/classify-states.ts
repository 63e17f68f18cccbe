// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import type { BusyMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt, type SourcePath } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { nearestName } from '../nearest-name.ts';
import type { BusyModel, LifecycleModel, ResourceModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';
import { resolvePath } from './mark-fields.ts';

const USUAL_REASON = 'FailureReason';

/** Takes over each resource's lifecycle, and makes sure that every status AWS can show has a class. */
export function classifyStates(state: GeneratorState): GeneratorState {
  return mapResources(state, classify, 'keep');
}

function classify(draft: Draft): ResourceModel {
  const { mapping, resource } = draft;
  const { kind, status, states = {}, failureReason, delete: deletion, stopFirst } = mapping.data.lifecycle;
  const mistakes = new Mistakes();
  mistakes.add(...operationMistakes(draft));
  const busy = mistakes.attemptEach((mapping.data.lifecycle.busy ?? []).entries(), ([index, rule]) =>
    busyRule(draft, rule, index),
  );
  const reason = status === undefined ? undefined : mistakes.attempt(() => failureReasonPath(draft, failureReason));
  const field = status === undefined ? undefined : mistakes.attempt(() => statusField(draft, status));
  if (field) mistakes.add(...stateMistakes(draft, field));
  mistakes.throwAll();
  const lifecycle: LifecycleModel = {
    kind,
    states,
    delete: deletion,
    ...(stopFirst && { stopFirst }),
    ...(busy.length > 0 && { busy }),
  };
  if (!field) return { ...resource, lifecycle };
  const fact = {
    path: `status.${field.json}`,
    text: `shows the state: ${Object.entries(states)
      .map(([value, stateClass]) => `${value} is ${stateClass}`)
      .join(', ')}`,
    source: { kind: 'mapping', location: mapping.locate(['lifecycle', 'states']) },
  } as const;
  return withFacts({ ...resource, lifecycle: { ...lifecycle, statusField: field.json, ...reason } }, [fact]);
}

const needs = { delete: ['delete'], stop: ['stop'], 'stop-then-delete': ['stop', 'delete'] } as const;

/** Operations that the lifecycle needs and the resource does not have. */
function operationMistakes({ mapping, resource: { operations } }: Draft): readonly GeneratorError[] {
  const { delete: deletion, stopFirst } = mapping.data.lifecycle;
  const missing = needs[deletion].filter((role) => !operations[role]);
  return [
    ...missing.map((role) =>
      errorAt(mapping, ['lifecycle', 'delete'], `${deletion} needs a ${role} operation; name it under operations`),
    ),
    ...(stopFirst && !operations.stop
      ? [errorAt(mapping, ['lifecycle', 'stopFirst'], 'needs a stop operation; name it under operations')]
      : []),
  ];
}

/** An enum that tells the state, and its field of the status. */
interface StatusField {
  readonly sdk: string;
  readonly json: string;
  readonly values: readonly string[];
}

function statusField({ mapping, resource }: Draft, status: string): StatusField {
  const field = resource.status.members.find(({ sdk }) => sdk === status);
  if (field?.type.kind === 'enum') return { sdk: status, json: field.json, values: field.type.values };
  const at = (message: string) => errorAt(mapping, ['lifecycle', 'status'], message);
  const { read } = resource.operations;
  if (resource.spec.members.some(({ sdk }) => sdk === status))
    throw at(`${status} is a field of the spec: it tells what is wanted and no state; without one, kind is config`);
  if (field) throw at(`${status} of ${read.name} has no fixed values; without a state, kind is config`);
  const enums = resource.status.members.filter(({ type }) => type.kind === 'enum').map(({ sdk }) => sdk);
  const known = enums.length > 0 ? `it has ${enums.join(', ')}` : 'it has none, so kind is config';
  throw at(`${read.name} answers no status ${status}${suggestion(status, enums)}; ${known}`);
}

/** States that there are not, those that are forgotten, and the want of one to arrive at. */
function stateMistakes({ mapping }: Draft, { sdk, values }: StatusField): readonly GeneratorError[] {
  const { states = {}, stopFirst = [], kind } = mapping.data.lifecycle;
  const at = (path: SourcePath, message: string) => errorAt(mapping, ['lifecycle', ...path], message);
  const unknown = Object.keys(states).filter((value) => !values.includes(value));
  const unclassified = values.filter((value) => !Object.hasOwn(states, value));
  // A state that is misspelt is missing under its right name.
  const meant = unknown.map((value) => nearestName(value, unclassified));
  const missing = unclassified.filter((value) => !meant.includes(value));
  const isNever = (value: string): string => `${sdk} is never ${value}${suggestion(value, values)}`;
  const arrives = Object.values(states).some((stateClass) => stateClass === 'ready' || stateClass === 'succeeded');
  const arrival = kind === 'run-to-completion' ? 'succeeded' : 'ready';
  return [
    ...unknown.map((value) => at(['states', value], isNever(value))),
    ...[...stopFirst.entries()]
      .filter(([, value]) => !values.includes(value))
      .map(([index, value]) => at(['stopFirst', index], isNever(value))),
    ...(missing.length > 0 ? [at(['states'], `does not classify ${missing.join(', ')} of ${sdk}`)] : []),
    ...(arrives || missing.length > 0
      ? []
      : [at(['states'], `has no state that is ${arrival}: the object would never be Ready`)]),
  ];
}

function busyRule({ mapping, resource }: Draft, { field, values, unsettled }: BusyMapping, index: number): BusyModel {
  const at = (message: string) => errorAt(mapping, ['lifecycle', 'busy', index, 'field'], message);
  const path = resolvePath(resource.status, field, at);
  const type = path.at(-1)?.type;
  if (type?.kind !== 'enum') throw at(`${field} tells no state`);
  const mistakes = new Mistakes();
  for (const [position, value] of values.entries()) {
    const text = `${field} is never ${value}${suggestion(value, type.values)}`;
    if (!type.values.includes(value))
      mistakes.add(errorAt(mapping, ['lifecycle', 'busy', index, 'values', position], text));
  }
  mistakes.throwAll();
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
