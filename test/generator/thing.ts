// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import { formatGeneratorError, GeneratorError } from '../../generator/errors.ts';
import { generate } from '../../generator/generate.ts';
import type { ResourceModel } from '../../generator/resource-model.ts';
import type { GeneratorInput, GeneratorState } from '../../generator/state.ts';
import { readCase } from '../golden/generate-case.ts';

/** Members by name: the target (`String`, or a shape of the test), or a member of the Smithy AST. */
export type Members = Readonly<Record<string, string | { readonly target: string; readonly traits?: object }>>;

/** A shape as in the Smithy AST, with targets by short names. */
export interface ThingShape {
  readonly type: string;
  readonly traits?: object;
  readonly members?: Members;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}

/** A service with one kind, Thing, as a test wants it; what is left out is a configuration with a name. */
export interface ThingService {
  readonly create?: Members;
  readonly created?: Members;
  readonly read?: Members;
  readonly shown?: Members;
  /** The whole answer of the read, in the place of `shown`. */
  readonly answer?: Members;
  /** No update operation without it. */
  readonly update?: Members;
  readonly delete?: Members;
  readonly shapes?: Readonly<Record<string, ThingShape>>;
  readonly readTraits?: object;
  readonly mapping?: Readonly<Record<string, unknown>>;
  readonly service?: Readonly<Record<string, unknown>>;
  readonly input?: Partial<GeneratorInput>;
}

const prelude = ['String', 'Integer', 'Long', 'Float', 'Double', 'Boolean', 'Timestamp', 'Blob', 'Document', 'Unit'];

/** The generator's input of such a service. */
export function thingInput(thing: ThingService): GeneratorInput {
  const mapping = { kind: 'Thing', lifecycle: { kind: 'config', delete: 'delete' }, ...thing.mapping };
  const service = {
    fullName: 'Things',
    group: 'things.services.k8s.aws',
    version: 'v1',
    sdk: { package: '@example/client-things', client: 'ThingsClient' },
    apiReference: 'https://docs.example.com/{name}',
    iam: { prefix: 'things' },
    ...thing.service,
  };
  return {
    ...readCase('widgets'),
    serviceName: 'things',
    model: { file: 'model.json', text: JSON.stringify({ smithy: '2.0', shapes: shapesOf(thing) }) },
    service: { file: 'service.yaml', text: stringify(service) },
    mappings: [{ file: 'api-models/things/resources/thing.yaml', text: stringify(mapping) }],
    hooks: new Set(),
    ...thing.input,
  };
}

/** Generates it. */
export function generateThing(thing: ThingService = {}): GeneratorState {
  return generate(thingInput(thing));
}

/** The resource model of Thing. */
export function thingModel(thing: ThingService = {}): ResourceModel {
  const [draft] = generateThing(thing).drafts;
  if (!draft) throw new Error('no resource');
  return draft.resource;
}

/** The one line that a user's mistake gives. */
export function mistakeIn(thing: ThingService): string {
  try {
    generateThing(thing);
  } catch (error) {
    if (error instanceof GeneratorError) return formatGeneratorError(error);
    throw error;
  }
  return 'no mistake';
}

function shapesOf(thing: ThingService): Record<string, unknown> {
  const name = { ThingName: { target: 'String', traits: { 'smithy.api#required': {} } } };
  const structures: Readonly<Record<string, Members | undefined>> = {
    CreateThingInput: { ...name, ...thing.create },
    CreateThingOutput: { ThingArn: 'String', ...thing.created },
    DescribeThingInput: { ...name, ...thing.read },
    DescribeThingOutput: thing.answer ?? { ThingName: 'String', ThingArn: 'String', ...(thing.shown ?? thing.create) },
    UpdateThingInput: thing.update && { ...name, ...thing.update },
    DeleteThingInput: thing.delete ?? name,
  };
  const shapes: Record<string, unknown> = {
    'a#Things': {
      type: 'service',
      operations: ['Create', 'Describe', 'Delete', ...(thing.update ? ['Update'] : [])].map((verb) => ({
        target: `a#${verb}Thing`,
      })),
      traits: { 'aws.api#service': { sdkId: 'Things' } },
    },
  };
  for (const verb of ['Create', 'Describe', 'Update', 'Delete']) {
    shapes[`a#${verb}Thing`] = {
      type: 'operation',
      input: { target: `a#${verb}ThingInput` },
      ...(structures[`${verb}ThingOutput`] && { output: { target: `a#${verb}ThingOutput` } }),
      ...(verb === 'Describe' && { traits: thing.readTraits ?? {} }),
    };
  }
  for (const [shape, members] of Object.entries(structures)) {
    if (members) shapes[`a#${shape}`] = { type: 'structure', members: astMembers(members) };
  }
  for (const [shape, content] of Object.entries(thing.shapes ?? {})) shapes[`a#${shape}`] = astShape(content);
  return shapes;
}

function astShape({ type, traits = {}, members, ...parts }: ThingShape): object {
  const targets = Object.entries(parts).map(([part, target]) => [part, { target: targetOf(target) }]);
  return { type, traits, ...(members && { members: astMembers(members) }), ...Object.fromEntries(targets) };
}

function astMembers(members: Members): object {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => {
      const { target, traits = {} } = typeof member === 'string' ? { target: member } : member;
      return [name, { target: targetOf(target), traits }];
    }),
  );
}

function targetOf(name: string): string {
  return prelude.includes(name) ? `smithy.api#${name}` : `a#${name}`;
}
