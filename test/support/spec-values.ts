// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServiceModel } from '../../generator/model/model.ts';
import { readModel } from '../../generator/model/read-model.ts';
import type { FieldType, InputMember, OperationDefinition, ResourceDefinition } from '../../runtime/definition.ts';
import { REFUSED_TOGETHER, WANTED_BESIDES } from '../environment/simulator/input-choices.ts';
import { fullInput, minimalInput } from '../environment/simulator/minimal-input.ts';
import type { Data } from '../environment/simulator/resource.ts';

/** Made-up specs of one kind, the same each time, that keep the model's rules; and what AWS must be sent for them. */
export interface SpecValues {
  /** A create's input in wire form with nothing but what is required, the name left to the object. */
  readonly fewest: Data;
  /** With every member, lists having two elements where they may. */
  readonly every: Data;
  /** Every member again, each with another value than in `every` wherever there is another. */
  readonly other: Data;
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
  const besides = { ...WANTED_BESIDES[kind], ...REFUSED_TOGETHER[kind] };
  return {
    fewest: known(operations.create, minimalInput(model, name, WANTED_BESIDES[kind])),
    every: known(operations.create, fullInput(model, name, besides, { listLength: 2 })),
    other: known(operations.create, fullInput(model, name, REFUSED_TOGETHER[kind], { variant: 1, listLength: 2 })),
    specOf: (input) => specOf(operations.create, input),
    valueIn,
  };
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

/** A value of the wire as the CRD has it: other names, and times as text. */
function toJson(type: FieldType, value: unknown): unknown {
  if (type === 'timestamp') return `${new Date(Number(value) * 1000).toISOString().slice(0, 19)}Z`;
  if (typeof type === 'string') return value;
  if ('list' in type) return (value as readonly unknown[]).map((one) => toJson(type.list, one));
  const entries = Object.entries(value as Data);
  if ('map' in type) return Object.fromEntries(entries.map(([key, one]) => [key, toJson(type.map, one)]));
  const members = new Map(type.structure.members.map((member) => [member.sdk, member]));
  return Object.fromEntries(
    entries.flatMap(([name, one]) => {
      const member = members.get(name);
      return member === undefined ? [] : [[member.json, toJson(member.type, one)]];
    }),
  );
}
