// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { Log } from '../../../runtime/observability/log.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { readAws } from '../../../runtime/reconcile/observe.ts';
import type { Pass } from '../../../runtime/reconcile/pass.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

const definition = sagemaker.resources.find(({ kind }) => kind === 'FeatureGroup');
if (!definition) throw new Error('no definition of FeatureGroup');
const { group, version, kind } = definition;

/** A pass over a feature group whose answers come page by page. */
function passOver(pages: readonly object[], inputs: unknown[], log: Log = createRecordingLog()): Pass {
  const object = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name: 'fg', namespace: 'ml', uid: 'u', resourceVersion: '1' },
    spec: { featureGroupName: 'fg' },
  };
  const session = {
    call: async (_operation: object, input: unknown) => {
      inputs.push(input);
      return pages[inputs.length - 1] ?? {};
    },
  };
  return {
    compiled: compileResource(definition as NonNullable<typeof definition>),
    options: { definition, assertLeading: () => undefined, clock: createFakeClock() },
    memory: {},
    object,
    desired: object,
    session,
    signal: new AbortController().signal,
    log,
  } as unknown as Pass;
}

const feature = (name: string): object => ({ FeatureName: name, FeatureType: 'String' });

test('an answer in pages is read to its end, and is one list', async () => {
  const inputs: unknown[] = [];
  const pages = [
    { FeatureGroupStatus: 'Created', FeatureDefinitions: [feature('a')], NextToken: '1' },
    { FeatureDefinitions: [feature('b')], NextToken: '2' },
    { FeatureDefinitions: [feature('c')], NextToken: '' },
  ];
  const reading = await readAws(passOver(pages, inputs));
  expect(inputs).toEqual([
    { FeatureGroupName: 'fg' },
    { FeatureGroupName: 'fg', NextToken: '1' },
    { FeatureGroupName: 'fg', NextToken: '2' },
  ]);
  const features = ['a', 'b', 'c'].map((featureName) => ({ featureName, featureType: 'String' }));
  expect(reading).toMatchObject({
    kind: 'found',
    observed: { spec: { featureDefinitions: features }, status: { featureGroupStatus: 'Created' } },
  });
});

test.each([
  ['for ever is left after a hundred pages', 100, (page: number) => `${page}`],
  ['in a circle is left when it begins anew', 3, (page: number) => `${page % 2}`],
])('a service that pages %s, and the log says so', async (_name, most, tokenOf) => {
  const inputs: unknown[] = [];
  const pages = Array.from({ length: 200 }, (_, page) => ({ FeatureDefinitions: [], NextToken: tokenOf(page) }));
  const log = createRecordingLog();
  await readAws(passOver(pages, inputs, log));
  expect(inputs).toHaveLength(most);
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { pages: most } }]);
});
