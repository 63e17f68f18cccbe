// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { model } from './world/definitions.ts';
import { createWorld, type World } from './world/world.ts';

const POLICY = 'services.k8s.aws/adoption-policy';
const FIELDS = 'services.k8s.aws/adoption-fields';
const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:model/abc';

/** Models that only their ARN finds. */
function foundByArn(): ResourceDefinition {
  const { nameField: _, ...rest } = model;
  const read: ResourceDefinition['operations']['read'] = {
    ...model.operations.read,
    input: [{ sdk: 'ModelName', from: 'arn', type: 'string', required: true }],
  };
  return { ...rest, operations: { ...model.operations, read } };
}

async function adoptAndCrash(world: World): Promise<void> {
  world.kubernetes.beforePatch = ({ subresource }) => {
    const message = 'no answer';
    if (subresource === 'status')
      world.kubernetes.failNext(new ApiError({ code: 500, reason: 'InternalError', message }));
  };
  await world.pass();
  expect(world.object().status).toBeUndefined();
  world.kubernetes.beforePatch = undefined;
  world.newCalls();
  world.restart();
}

describe('after a crash between the adoption and its first status', () => {
  test('what was adopted by its ARN is found by it, and no second resource is created', async () => {
    const world = createWorld('Model', { definition: foundByArn() });
    world.aws.put(ARN, { ModelName: 'abc', ExecutionRoleArn: 'r' });
    world.apply({ modelName: 'abc' }, { [POLICY]: 'adopt', [FIELDS]: JSON.stringify({ arn: ARN }) });
    await adoptAndCrash(world);
    await world.run(60_000);
    expect(world.newCalls()).not.toContain('CreateModel');
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('model/abc');
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('deleting the object deletes what was adopted by its ARN', async () => {
    const world = createWorld('Model', { definition: foundByArn() });
    world.aws.put(ARN, { ModelName: 'abc', ExecutionRoleArn: 'r' });
    world.apply({ modelName: 'abc' }, { [POLICY]: 'adopt', [FIELDS]: JSON.stringify({ arn: ARN }) });
    await adoptAndCrash(world);
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.newCalls()).toContain('DeleteModel');
  });

  test('tags that were sent with the adoption are found there, and not sent again', async () => {
    const world = createWorld('Model');
    world.aws.put('x', { ModelName: 'x', ExecutionRoleArn: 'r' });
    const tags = [{ key: 'team', value: 'a' }];
    world.apply({ executionRoleARN: 'r', tags }, { [POLICY]: 'adopt-or-create' });
    await adoptAndCrash(world);
    await world.run(60_000);
    expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual(['ListTags']);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('what was adopted and is gone since is not created', async () => {
    const world = createWorld('Endpoint');
    world.aws.put('e', { EndpointName: 'e', EndpointConfigName: 'c' }, { EndpointStatus: 'InService' });
    world.apply({}, { [POLICY]: 'adopt', [FIELDS]: '{"endpointName":"e"}' });
    await adoptAndCrash(world);
    world.aws.resources.clear();
    await world.run(600_000);
    expect(world.newCalls()).not.toContain('CreateEndpoint');
    expect(world.condition('ACK.Recoverable')?.message).toMatch(/adopted, so it is not created again/);
  });

  test('a create of another name that was refused before is not gone by', async () => {
    const world = createWorld('Endpoint');
    const shown = { EndpointStatus: 'InService', CreationTime: new Date(world.clock.now() + 1_000) };
    for (const name of ['x', 'e']) world.aws.put(name, { EndpointName: name, EndpointConfigName: 'c' }, shown);
    world.apply({ endpointConfigName: 'c', tags: [{ key: 'team', value: 'a' }] });
    await world.run(1_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    world.aws.resources.get('e')?.tags.set('team', 'theirs');
    world.kubernetes.edit((object) => {
      object.spec.tags = [];
      Object.assign(object.metadata.annotations, { [POLICY]: 'adopt-or-create', [FIELDS]: '{"endpointName":"e"}' });
      delete object.status;
    });
    await adoptAndCrash(world);
    await world.run(60_000);
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('endpoint/e');
    expect(world.aws.resources.get('e')?.tags.get('team')).toBe('theirs');
  });
});
