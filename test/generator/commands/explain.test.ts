// SPDX-License-Identifier: Apache-2.0
import { explain } from '../../../generator/commands/explain.ts';
import { GeneratorError } from '../../../generator/errors.ts';
import { generate } from '../../../generator/generate.ts';
import type { ResourceModel } from '../../../generator/resource-model.ts';
import { cases, readCase } from '../../golden/generate-case.ts';
import { generateThing } from '../thing.ts';

const resources = cases.flatMap((name) => generate(readCase(name)).drafts.map(({ resource }) => resource));

function linesOf(target: string): readonly string[] {
  return explain(resources, target).lines;
}

test('a kind is explained by its operations, its identity and what its mapping says, each with where it comes from', () => {
  const lines = linesOf('Fleet');
  expect(lines[0]).toBe('Fleet (fleets.fleets.services.k8s.aws/v1beta1), from api-models/fleets/resources/fleet.yaml');
  expect(lines).toEqual(
    expect.arrayContaining([
      '  create: CreateFleet  [model: CreateFleet]',
      '  name: spec.fleetName, metadata.name where it is not set',
      '  status.ackResourceMetadata.arn: FleetArn of DescribeFleet and CreateFleet  [rule of the generator]',
      '  spec.size: compare: shared  [api-models/fleets/resources/fleet.yaml:23:3: fields.Size]',
      expect.stringMatching(/^ {2}spec: definition, description, engine\*.*\(\* required\)$/),
      '  status: fleetState, lastScaled, stateReason',
      '  hooks: none',
    ]),
  );
});

test('the hooks of a kind are named, and that AWS names it', () => {
  expect(linesOf('Job')).toContain('  hooks: api-models/jobs/resources/job.ts');
  expect(linesOf('Artifact')).toContain("  name: AWS's own");
});

describe('a field is explained by its type and rules', () => {
  test.each([
    ['Job.mode', 'Mode in the SDK: enum Mode of 2: File, Pipe, closed: other values are refused'],
    ['Job.instanceType', 'enum InstanceType of 2: ml.c5.large, ml.m5.large, open: other values are taken, required'],
    ['Job.status.jobStatus', 'Failed, InProgress, Stopped, Stopping, other values are shown as they are'],
    ['Job.accessKey', 'AccessKey in the SDK: string, sensitive'],
    [
      'Job.stage',
      'Stage in the SDK: string, a pattern that only AWS checks (a look-ahead behind a part of varying length)',
    ],
    ['Job.matrix', 'Matrix in the SDK: list of list of integer, 1 to 5, 1 to 3 entries, at most 3 entries'],
    ['Job.environment', 'map to string, at most 16 characters, at most 2 entries, keys of at most 8 characters'],
    ['Job.channels.compressed', 'Compressed in the SDK: boolean, deprecated'],
    ['Profile.source', 'Source in the SDK: union Source, required'],
  ])('%s', (target, text) => {
    expect(linesOf(target)[1]).toContain(text);
  });
});

test('what is said of a field within it or around it is told as well', () => {
  expect(linesOf('Fleet.network')).toContain(
    '  spec.network.zone: immutable: UpdateFleet does not take it  [rule of the generator]',
  );
  expect(linesOf('Job.channels.uri')).toContain(
    '  spec.channels: immutable: Job has no update operation  [rule of the generator]',
  );
  expect(linesOf('Fleet.network')).toContain('  members: vpc*, zone  (* required)');
});

describe('what is bound to what is told', () => {
  const { drafts } = generateThing({
    create: { Size: 'Integer', Token: { target: 'String', traits: { 'smithy.api#idempotencyToken': {} } } },
    update: { NewSize: 'Integer', Force: 'Boolean' },
    shown: { Now: 'Box', ThingArn: 'String' },
    delete: { ThingArn: 'String', Mode: 'String' },
    shapes: { Box: { type: 'structure', members: { Size: 'Integer' } } },
    mapping: {
      inputs: { update: { NewSize: 'Size', Force: 'none' }, delete: { Mode: { annotation: 'mode' } } },
      outputs: { read: { 'Now.Size': 'Size' } },
    },
  });
  const things = drafts.map(({ resource }) => resource);

  test('of a kind, but for fields that an operation has by their names', () => {
    expect(explain(things, 'Thing').lines).toEqual(
      expect.arrayContaining([
        '  CreateThing takes Token from the idempotency token',
        '  UpdateThing takes NewSize from spec.size',
        '  DescribeThing takes ThingName from spec.thingName',
        '  DescribeThing answers Now.Size for spec.size',
        '  DeleteThing takes ThingArn from the ARN; Mode from the annotation things.services.k8s.aws/mode',
        expect.stringMatching(
          /^ {2}Force is left out of what UpdateThing is sent {2}\[.*:8:5: inputs\.update\.Force\]$/,
        ),
      ]),
    );
  });

  test('of a field, wherever it is sent and shown', () => {
    expect(explain(things, 'Thing.size').lines).toEqual(
      expect.arrayContaining([
        '  sent as Size of CreateThing, NewSize of UpdateThing',
        '  shown by Now.Size of DescribeThing',
      ]),
    );
  });
});

test('a kind without a mapping is told with the way to one', () => {
  const creatable = ['Job', 'Cluster'];
  expect(() => explain(resources, 'cluster.nodes', creatable)).toThrow(
    'Cluster has no mapping; npm run scaffold -- Cluster writes a first one',
  );
  expect(() => explain(resources, 'Clustr', creatable)).toThrow('there is no kind Clustr (did you mean "Cluster"?)');
});

test.each([
  ['by JSON names', 'Job.spec.channels.channelName', 'Job.spec.channels.channelName'],
  ["by the model's names", 'Job.Channels.ChannelName', 'Job.spec.channels.channelName'],
  ['in the status, where the spec has none of the name', 'Job.jobStatus', 'Job.status.jobStatus'],
  ['whatever the case of the kind', 'job.mode', 'Job.spec.mode'],
])('a field is found %s', (_, target, title) => {
  expect(explain(resources, target).title).toBe(title);
});

test.each([
  ['Jobb', 'there is no kind Jobb (did you mean "Job"?); the kinds are Fleet, Job,'],
  ['Job.chanels', 'Job has no field chanels (did you mean "channels"?)'],
  ['Job.channels.channelNam', 'spec.channels has no field channelNam (did you mean "channelName"?)'],
  ['Job.mode.deeper', 'spec.mode has no field deeper'],
  ['Job.status.jobStatuss', 'status has no field jobStatuss (did you mean "jobStatus"?)'],
  ['Job.spec', 'name a field below spec: accessKey,'],
])('%s is a mistake that says what would be right', (target, message) => {
  expect(() => linesOf(target)).toThrow(GeneratorError);
  expect(() => linesOf(target)).toThrow(message);
});

test('every field of every kind can be explained', () => {
  const paths = resources.flatMap((resource: ResourceModel) =>
    [...resource.spec.members, ...resource.status.members].map(({ json }) => `${resource.kind}.${json}`),
  );
  expect(paths.length).toBeGreaterThan(50);
  for (const target of paths) expect(linesOf(target).length).toBeGreaterThanOrEqual(3);
});
