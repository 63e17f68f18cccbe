// SPDX-License-Identifier: Apache-2.0
import type { SdkFacts } from '../../../generator/sdk/read-sdk.ts';
import { mistakeIn, type ThingService } from '../thing.ts';

const operations = ['CreateThing', 'DescribeThing', 'UpdateThing', 'DeleteThing'];

/** An SDK without one operation, or without one member anywhere. */
function sdkWithout(missing: string): SdkFacts {
  return {
    packageName: '@example/client-things',
    version: '3.2.1',
    operations: new Set(operations.filter((name) => name !== missing)),
    schemaOf: () => undefined,
    unknownMembers: (operation, side, paths) => [...paths].filter((path) => `${operation} ${side} ${path}` === missing),
  };
}

const thing: ThingService = {
  create: { Places: 'Places' },
  update: { Places: 'Places' },
  shapes: {
    Places: { type: 'list', member: 'Place' },
    Place: { type: 'structure', members: { Uri: 'String' } },
  },
};

test('what the SDK knows altogether is taken', () => {
  expect(mistakeIn({ ...thing, input: { sdk: sdkWithout('') } })).toBe('no mistake');
});

describe('what the installed SDK would drop is an error with both versions:', () => {
  const advice = 'which the model (an example 1.0.0) has: install the SDK that fits, or import the model that does';
  test.each([
    ['an operation', 'UpdateThing', '@example/client-things 3.2.1 has no operation UpdateThing'],
    [
      'a member',
      'CreateThing input Places',
      "@example/client-things 3.2.1 does not know Places of CreateThing's input",
    ],
    ['a nested member', 'UpdateThing input Places.Uri', "does not know Places.Uri of UpdateThing's input"],
    ['a member of an answer', 'DescribeThing output Places.Uri', "does not know Places.Uri of DescribeThing's output"],
  ])('%s', (_, missing, message) => {
    const text = mistakeIn({ ...thing, input: { sdk: sdkWithout(missing) } });
    expect(text).toMatch(/^api-models\/things\/resources\/thing\.yaml: /);
    expect(text).toContain(`${message}, ${advice}`);
  });
});

describe('a way to leave it out is told with it', () => {
  const knowing = (unknown: (path: string) => boolean): SdkFacts => ({
    ...sdkWithout(''),
    unknownMembers: (operation, side, paths) =>
      operation === 'DescribeThing' && side === 'output' ? [...paths].filter(unknown) : [],
  });

  test('once for a structure, whatever is below it', () => {
    const sdk = knowing((path) => path.startsWith('Places'));
    expect(mistakeIn({ ...thing, input: { sdk } })).toMatch(
      /does not know Places of DescribeThing's output, .*, or leave it out with outputs\.read: \{ Places: none \}$/,
    );
  });

  test('by its name within the wrapper', () => {
    const shapes = {
      ...thing.shapes,
      Inside: { type: 'structure', members: { ThingName: 'String', Places: 'Places' } },
    };
    const wrapped: ThingService = { ...thing, shapes, answer: { Thing: 'Inside' }, mapping: { wrapper: 'Thing' } };
    const sdk = knowing((path) => path === 'Thing.Places.Uri');
    expect(mistakeIn({ ...wrapped, input: { sdk } })).toMatch(/outputs\.read: \{ Places\.Uri: none \}$/);
    const mapping = { wrapper: 'Thing', outputs: { read: { 'Places.Uri': 'none' } } };
    expect(mistakeIn({ ...wrapped, mapping, input: { sdk } })).toBe('no mistake');
  });
});

test('a CRD that kubectl apply would not take is refused', () => {
  const values = Array.from({ length: 11_000 }, (_, index) => [
    `Value${index}OfAVeryLongEnumeration`,
    { target: 'Unit' },
  ]);
  const shapes = { Colour: { type: 'enum', members: Object.fromEntries(values) } };
  expect(mistakeIn({ create: { Colour: 'Colour' }, shapes })).toMatch(
    /crds\/things\.services\.k8s\.aws_things\.yaml has \d+ bytes as JSON; kubectl apply takes no more than 240000/,
  );
});

test('tag operations are looked for in the SDK as well', () => {
  const tagging = { add: 'DescribeThing', remove: 'DescribeThing', list: 'DescribeThing' };
  const shown = { Tags: 'String' };
  const service = { tagging };
  expect(mistakeIn({ shown, service, input: { sdk: sdkWithout('DescribeThing') } })).toContain(
    'service.yaml: @example/client-things 3.2.1 has no operation DescribeThing',
  );
});
