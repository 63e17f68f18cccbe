// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { creationTimeIn, creationTimeTold } from '../../../runtime/reconcile/creation-time.ts';
import { model } from './world/definitions.ts';

const MADE_AT = new Date('2026-01-01T00:00:00.700Z');

test.each(sagemaker.resources.map((definition) => [definition.kind, definition] as const))(
  'the status of a %s tells what AWS says of its creation',
  (_kind, definition) => {
    const output = { CreationTime: MADE_AT };
    const { status } = compileResource(definition).fromOutput(definition.operations.read, output);
    const told = creationTimeTold(definition, status) ?? 0;
    expect(Math.abs(told - (creationTimeIn(output) ?? 0))).toBeLessThan(1_000);
  },
);

test.each([
  ['no status', undefined],
  ['a status without it', {}],
  ['no text', { creationTime: 1 }],
  ['no time', { creationTime: 'yesterday' }],
])('%s tells nothing of it', (_what, status) => {
  expect(creationTimeTold(model, status)).toBeUndefined();
});

test('an answer without it says nothing of it', () => {
  expect(creationTimeIn({ CreationTime: undefined, ModelName: 'm' })).toBeUndefined();
});
