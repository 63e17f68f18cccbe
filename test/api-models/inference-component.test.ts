// SPDX-License-Identifier: Apache-2.0
import { hooks, LAST_SPEC_ANNOTATION } from '../../api-models/sagemaker/resources/inference-component.ts';
import type { HookContext } from '../../runtime/hooks.ts';

const SPEC = { endpointName: 'e', specification: { modelName: 'm' }, runtimeConfig: { copyCount: 2 } };
const input = { InferenceComponentName: 'c', Specification: { ModelName: 'm' } };

// biome-ignore lint/suspicious/noExplicitAny: the hook looks at a few properties only
function context(status: object, tried?: string, spec: object = SPEC): HookContext<any, any> {
  const annotations = tried === undefined ? {} : { [LAST_SPEC_ANNOTATION]: tried };
  return {
    object: {
      apiVersion: 'sagemaker.services.k8s.aws/v1alpha1',
      kind: 'InferenceComponent',
      metadata: { name: 'c', uid: 'u', resourceVersion: '1', annotations },
      spec,
    },
    observed: { spec: {}, status },
    differences: [],
  };
}

const refusal = {
  kind: 'refuse',
  message: 'api error InferenceComponentUpdateError: Unable to update inference component. Check FailureReason.',
};
const failed = { inferenceComponentStatus: 'InService', failureReason: 'No capacity.' };

test('an update remembers its spec without the tags', () => {
  const plan = hooks.planUpdate?.(
    input,
    context({ inferenceComponentStatus: 'InService' }, undefined, { ...SPEC, tags: [] }),
  );
  expect(plan).toEqual({ kind: 'update', input, annotations: { [LAST_SPEC_ANNOTATION]: JSON.stringify(SPEC) } });
});

test('a component that failed takes no update', () => {
  expect(hooks.planUpdate?.(input, context({ inferenceComponentStatus: 'Failed' }))).toEqual(refusal);
});

test('a spec that AWS rolled back is not sent again, whatever the order of its keys in the annotation', () => {
  const { endpointName, ...rest } = SPEC;
  expect(hooks.planUpdate?.(input, context(failed, JSON.stringify({ ...rest, endpointName })))).toEqual(refusal);
});

test.each([
  ['another spec', JSON.stringify({ ...SPEC, runtimeConfig: { copyCount: 1 } })],
  ['an annotation that is no JSON', '{'],
  ['no annotation', undefined],
])('after a failure %s opens the way', (_what, tried) => {
  expect(hooks.planUpdate?.(input, context(failed, tried))).toMatchObject({ kind: 'update', input });
});

test('without a failure the same spec is sent again', () => {
  const plan = hooks.planUpdate?.(input, context({ inferenceComponentStatus: 'InService' }, JSON.stringify(SPEC)));
  expect(plan).toMatchObject({ kind: 'update' });
});
