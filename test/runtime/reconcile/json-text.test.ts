// SPDX-License-Identifier: Apache-2.0
//
// A member that the model says holds JSON: the SDK answers it as a `String` object, wherever it stands.
import { DescribeFlowDefinitionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { FieldType, ResourceDefinition } from '../../../runtime/definition.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';

const CONDITIONS = '{"Conditions":[]}';

/** What the real SDK makes of an answer with such a member. */
async function answeredConditions(): Promise<unknown> {
  const activation = { HumanLoopActivationConditionsConfig: { HumanLoopActivationConditions: CONDITIONS } };
  const client = new SageMakerClient({
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async () => ({
        response: {
          statusCode: 200,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: Buffer.from(JSON.stringify({ HumanLoopActivationConfig: activation })),
        },
      }),
    },
  });
  const answer = await client.send(new DescribeFlowDefinitionCommand({ FlowDefinitionName: 'thing' }));
  return answer.HumanLoopActivationConfig?.HumanLoopActivationConditionsConfig?.HumanLoopActivationConditions;
}

function shown(type: FieldType, value: unknown): unknown {
  const read = { output: [{ sdk: ['Shown'], path: ['spec', 'shown'], type }] } as never;
  const definition = { rules: [], spec: { name: 'Spec', members: [] } } as unknown as ResourceDefinition;
  return compileResource(definition).fromOutput(read, { Shown: value }).spec['shown'];
}

test('is an object in the answer of the SDK', async () => {
  expect(typeof (await answeredConditions())).toBe('object');
});

test.each([
  ['by itself', 'string', (value: unknown) => value],
  ['in a list', { list: 'string' }, (value: unknown) => [value]],
  ['in a map', { map: 'string' }, (value: unknown) => ({ key: value })],
] as const)('is a text in the spec that AWS shows, %s', async (_, type, within) => {
  expect(shown(type, within(await answeredConditions()))).toStrictEqual(within(CONDITIONS));
});

test('is a text below a structure', async () => {
  const structure = { name: 'Config', members: [{ json: 'conditions', sdk: 'Conditions', type: 'string' }] } as const;
  expect(shown({ structure }, { Conditions: await answeredConditions() })).toStrictEqual({ conditions: CONDITIONS });
});
