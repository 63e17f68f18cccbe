// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServiceModel } from '../../generator/model/model.ts';
import { readModel } from '../../generator/model/read-model.ts';
import type { InputMember, OperationDefinition, ResourceDefinition } from '../../runtime/definition.ts';
import {
  ALTERNATIVES,
  FITTED,
  type InputPair,
  REFUSED_TOGETHER,
  WANTED_BESIDES,
} from '../environment/simulator/input-choices.ts';
import { fullInput, minimalInput, type Samples } from '../environment/simulator/minimal-input.ts';
import type { Data } from '../environment/simulator/resource.ts';
import { samplesOf } from './samples.ts';
import { toJson } from './wire-form.ts';

/** Made-up specs of one kind, the same each time, that keep the model's rules; and what AWS must be sent for them. */
export interface SpecValues {
  /** A create's input in wire form with nothing but what is required, the name left to the object. */
  readonly fewest: Data;
  /** With every member, lists having two elements where they may. */
  readonly every: Data;
  /** Every member again, each with another value than in `every` wherever there is another. */
  readonly other: Data;
  /** `every` and `other`, and such pairs again for what AWS does not take together with them. */
  readonly pairs: readonly InputPair[];
  /** Properties of the spec that only the update takes, with a value. */
  readonly later: Readonly<Record<string, unknown>>;
  /** The spec of an object that asks for an input. */
  specOf(input: Data): Record<string, unknown>;
  /** The value that an input has for a member; undefined where it has none. */
  valueIn(input: unknown, member: InputMember): unknown;
}

const MODEL_FILE = fileURLToPath(new URL('../../api-models/sagemaker/model.json', import.meta.url));

/** The model that values are made from. */
export function readServiceModel(): ServiceModel {
  return readModel(readFileSync(MODEL_FILE, 'utf8'), MODEL_FILE);
}

/** Makes the values of a kind. */
export function createSpecValues(model: ServiceModel, definition: ResourceDefinition): SpecValues {
  const { kind, operations } = definition;
  const { name } = operations.create;
  const samples = samplesOf(kind);
  const together = REFUSED_TOGETHER[kind] ?? {};
  const make = (variant: number, besides: Data, lay: (full: Data) => Data = () => ({})): Data => {
    const full = fullInput(model, name, besides, { variant, listLength: 2, samples });
    return known(operations.create, { ...full, ...lay(full) });
  };
  const fitted = (pair: InputPair): InputPair => {
    const { every = {}, other = {} } = FITTED[kind]?.(pair) ?? {};
    return { every: { ...pair.every, ...every }, other: { ...pair.other, ...other } };
  };
  const wanted = WANTED_BESIDES[kind] ?? {};
  const first = fitted({ every: make(0, { ...wanted, ...together }), other: make(1, together) });
  const further = (ALTERNATIVES[kind] ?? []).map((lay) => ({ every: make(0, wanted, lay), other: make(1, {}, lay) }));
  return {
    fewest: known(operations.create, minimalInput(model, name, wanted, samples)),
    ...first,
    pairs: [first, ...further],
    later: later(model, definition, samples),
    specOf: (input) => specOf(operations.create, input),
    valueIn,
  };
}

function later(
  model: ServiceModel,
  { operations: { create, update } }: ResourceDefinition,
  samples: Samples,
): Record<string, unknown> {
  if (!update) return {};
  const first = new Set(create.input.map(({ path }) => path?.[1]));
  const members = update.input.filter(({ path, from }) => {
    return from === 'path' && path?.[0] === 'spec' && path.length === 2 && !first.has(path[1]);
  });
  if (members.length === 0) return {};
  const input = fullInput(model, update.name, {}, { listLength: 2, samples });
  return specOf({ ...update, input: members }, input);
}

/** Without tokens, which the controller makes up, and without what is left out on purpose. */
function known(create: OperationDefinition, input: Data): Data {
  const tokens = new Set(create.input.filter(({ from }) => from === 'token').map(({ sdk }) => sdk));
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== undefined && !tokens.has(name)));
}

function specOf(create: OperationDefinition, input: Data): Record<string, unknown> {
  const spec: Record<string, unknown> = {};
  for (const member of create.input) {
    const [root, field, ...deeper] = member.path ?? [];
    const value = valueIn(input, member);
    if (root !== 'spec' || field === undefined || deeper.length > 0 || value === undefined) continue;
    spec[field] = toJson(member.type, value);
  }
  return spec;
}

function valueIn(input: unknown, { sdk, nested = [] }: InputMember): unknown {
  let value = input;
  for (const name of [sdk, ...nested]) value = (value as Data | undefined)?.[name];
  return value;
}
