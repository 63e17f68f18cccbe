// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { adoptedSpec } from '../../../runtime/reconcile/adopted-spec.ts';
import { endpoint } from './world/definitions.ts';

const definition: ResourceDefinition = {
  ...endpoint,
  rules: [
    ...endpoint.rules,
    { path: ['code'], compare: 'writeOnly', insteadOf: 'endpointConfigName' },
    { path: ['text'], compare: 'writeOnly' },
  ],
};

describe('the spec of what is adopted', () => {
  test.each([
    ['has AWS’s values in the place of its own', { endpointConfigName: 'mine' }, { endpointConfigName: 'theirs' }],
    ['has what the object did not say', {}, { endpointName: 'e', endpointConfigName: 'theirs' }],
    ['loses what AWS would show and has not', { endpointConfigName: 'mine' }, { endpointName: 'e' }],
    ['loses what AWS has something else instead of', { code: 's3://b/c' }, { endpointConfigName: 'theirs' }],
  ])('%s', (_name, own, observed) => {
    expect(adoptedSpec(definition, own, observed)).toEqual(observed);
  });

  test.each([
    ['tags', { tags: [{ key: 'team', value: 'a' }] }],
    ['what AWS never shows', { text: 'x' }],
    ['options of updates', { deploymentConfig: {}, retainAllVariantProperties: true }],
  ])('keeps %s', (_name, own) => {
    expect(adoptedSpec(definition, own, { endpointName: 'e' })).toEqual({ ...own, endpointName: 'e' });
  });
});
