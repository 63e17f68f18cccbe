// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { GeneratorError } from '../../../generator/errors.ts';
import type { ServiceModel } from '../../../generator/model/model.ts';
import { readModel } from '../../../generator/model/read-model.ts';
import { compareWithSdk } from '../../../generator/sdk/compare-with-sdk.ts';
import { readSdk, type SdkFacts } from '../../../generator/sdk/read-sdk.ts';

const file = 'api-models/sagemaker/model.json';
let sdk: SdkFacts;
let model: ServiceModel;

beforeAll(async () => {
  sdk = await readSdk('@aws-sdk/client-sagemaker');
  model = readModel(readFileSync(file, 'utf8'), file);
});

test('the SDK has a version and its operations', () => {
  expect(sdk.version).toMatch(/^3\.\d+\.\d+$/);
  expect(sdk.operations.has('CreateModel')).toBe(true);
  expect(sdk.operations.has('CreateModels')).toBe(false);
});

// botocore 1.43.110 has these, the SDK 3.1142.0 does not; a kind that emits one of them fails to generate.
const knownDifferences = [
  { only: 'model', name: 'CreateCluster input Orchestrator.Slurm.AccountingDatabase' },
  { only: 'model', name: 'DescribeClusterEvent output EventDetails.EventDetails.EventMetadata.DatabaseConfiguration' },
  { only: 'model', name: 'DescribeClusterEvent output EventDetails.EventDetails.EventMetadata.SlurmHealth' },
];

test('the imported model and the installed SDK know the same operations and members, but for three', () => {
  expect(model.operations.size).toBe(404);
  expect(compareWithSdk(model, sdk)).toEqual(knownDifferences);
});

describe('a member that the SDK would drop is found', () => {
  test.each<[string, 'input' | 'output', string[], string[]]>([
    ['CreateModel', 'input', ['ModelName', 'PrimaryContainer.Image', 'Containers.Environment'], []],
    [
      'CreateModel',
      'input',
      ['ModelNam', 'PrimaryContainer.Imag', 'Containers.Image.Digest'],
      ['ModelNam', 'PrimaryContainer.Imag', 'Containers.Image.Digest'],
    ],
    ['CreateTrainingJob', 'input', ['AlgorithmSpecification.MetricDefinitions.Name', 'HyperParameters'], []],
    ['DescribeTrainingJob', 'output', ['SecondaryStatusTransitions.Status', 'Status'], ['Status']],
    ['Search', 'input', ['SearchExpression.SubExpressions.SubExpressions.Operator'], []],
    ['CreateNothing', 'input', ['Name'], ['Name']],
    ['CreateModel', 'input', ['__proto__', 'constructor'], ['__proto__', 'constructor']],
  ])('%s %s %p', (operation, side, paths, unknown) => {
    expect(sdk.unknownMembers(operation, side, paths)).toEqual(unknown);
  });
});

test('what only one of the two knows is told with its path', () => {
  const container = model.shapes.get('ContainerDefinition');
  if (container?.kind !== 'structure') throw new Error('no structure');
  const [first, ...rest] = container.members;
  const changed = { ...container, members: [...rest, { name: 'Colour', target: 'String', traits: {} }] };
  const operations = new Map(model.operations);
  operations.delete('AddTags');
  operations.set('PaintModel', {
    name: 'PaintModel',
    input: 'PaintModelInput',
    output: 'PaintModelOutput',
    errors: [],
  });
  const other = { ...model, operations, shapes: new Map(model.shapes).set('ContainerDefinition', changed) };
  const known = new Set(knownDifferences.map(({ name }) => name));
  const differences = compareWithSdk(other, sdk).filter(({ name }) => !known.has(name));
  expect(differences).toEqual([
    { only: 'model', name: 'CreateModel input PrimaryContainer.Colour' },
    { only: 'sdk', name: `CreateModel input PrimaryContainer.${first?.name}` },
    { only: 'model', name: 'PaintModel' },
    { only: 'sdk', name: 'AddTags' },
  ]);
});

test.each([
  [
    '@aws-sdk/client-not-there',
    '@aws-sdk/client-not-there is not installed: add it to package.json and run npm install',
  ],
  ['yaml', expect.stringMatching(/^yaml 2\.\S+ has no operation schemas/)],
])('%s is no SDK package, and that is said', async (packageName, message) => {
  await expect(readSdk(packageName)).rejects.toEqual(expect.objectContaining({ name: 'GeneratorError', message }));
  await expect(readSdk(packageName)).rejects.toBeInstanceOf(GeneratorError);
});
