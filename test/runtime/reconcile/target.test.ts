// SPDX-License-Identifier: Apache-2.0
import type { ObjectReader } from '../../../runtime/kubernetes/object-store.ts';
import type { CustomResource, KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { resolveTarget, type TargetSources } from '../../../runtime/reconcile/target.ts';
import type { Settings } from '../../../runtime/settings.ts';
import { createWorld, settings } from './world/world.ts';

const REGION = 'services.k8s.aws/region';
const identity = { accountId: '111122223333', partition: 'aws' };

function namespace(annotations: Record<string, string>): ObjectReader<KubernetesObject> {
  const object = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'ml', uid: 'n', resourceVersion: '1', annotations },
  };
  return { get: ({ name }) => (name === 'ml' ? object : undefined), list: () => [object], size: 1 };
}

interface Given {
  readonly annotations?: Record<string, string>;
  readonly namespace?: Record<string, string>;
  readonly settings?: Partial<Settings>;
  readonly home?: Record<string, string>;
  readonly deleting?: true;
}

function sources(given: Given): TargetSources {
  return {
    identity,
    settings: { ...settings, ...given.settings },
    ...(given.namespace ? { namespaces: namespace(given.namespace) } : {}),
  };
}

function objectOf(given: Given): CustomResource {
  return {
    apiVersion: 'v1',
    kind: 'Model',
    metadata: {
      name: 'x',
      namespace: 'ml',
      uid: 'u',
      resourceVersion: '1',
      ...(given.annotations ? { annotations: given.annotations } : {}),
      ...(given.deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    ...(given.home ? { status: { ackResourceMetadata: given.home } } : {}),
  } as unknown as CustomResource;
}

const HOME = { arn: 'a', ownerAccountID: '111122223333', region: 'eu-west-1', partition: 'aws' };

describe('the region', () => {
  test.each<[string, Given, string]>([
    ['is the flag’s', {}, 'us-west-2'],
    [
      'is the namespace’s before the flag’s',
      { namespace: { 'services.k8s.aws/default-region': 'eu-north-1' } },
      'eu-north-1',
    ],
    [
      'is the object’s before the namespace’s',
      { annotations: { [REGION]: 'ap-east-1' }, namespace: { 'services.k8s.aws/default-region': 'eu-north-1' } },
      'ap-east-1',
    ],
    ['stays where the resource lives when the default moves', { home: HOME }, 'eu-west-1'],
    [
      'is that of the ARN where the status leaves it empty',
      { home: { arn: 'arn:aws:sagemaker:eu-west-1:111122223333:model/x', ownerAccountID: '', region: '' } },
      'eu-west-1',
    ],
    [
      'is free to change while nothing exists',
      { annotations: { [REGION]: 'ap-east-1' }, home: { ownerAccountID: '111122223333', region: 'eu-west-1' } },
      'ap-east-1',
    ],
    [
      'of a deletion is where the resource lives, whatever the annotation says',
      { annotations: { [REGION]: 'ap-east-1' }, home: HOME, deleting: true },
      'eu-west-1',
    ],
  ])('%s', (_name, given, region) => {
    expect(resolveTarget(objectOf(given), sources(given))).toMatchObject({ kind: 'resolved', target: { region } });
  });

  test('is told when it is no longer the default', () => {
    const given = { home: HOME };
    expect(resolveTarget(objectOf(given), sources(given))).toMatchObject({
      advisories: [{ reason: 'RegionDefaultChanged' }],
    });
    const explicit = { home: HOME, annotations: { [REGION]: 'eu-west-1' } };
    expect(resolveTarget(objectOf(explicit), sources(explicit))).toMatchObject({ advisories: [] });
  });
});

describe('an object', () => {
  test.each<[string, Given, string]>([
    [
      'whose annotation asks for another region than its resource lives in',
      { annotations: { [REGION]: 'ap-east-1' }, home: HOME },
      'RegionDrift',
    ],
    [
      'whose resource lives in another account, as its ARN says',
      { home: { arn: 'arn:aws:sagemaker:eu-west-1:999999999999:model/x', ownerAccountID: '', region: '' } },
      'AccountDrift',
    ],
    ['whose resource lives in another account', { home: { ...HOME, ownerAccountID: '999999999999' } }, 'AccountDrift'],
    [
      'whose namespace asks for an account without a role',
      { namespace: { 'services.k8s.aws/owner-account-id': '999999999999' } },
      'RoleNotAvailable',
    ],
    [
      'whose namespace asks for the role of a team',
      {
        namespace: { 'services.k8s.aws/team-id': 'vision' },
        settings: { featureGates: new Map([['TeamLevelCARM', true]]) },
      },
      'RoleNotAvailable',
    ],
    ['whose endpoint is not https', { settings: { awsEndpointUrl: 'http://localhost' } }, 'UnsafeEndpoint'],
  ])('%s is blocked and says so', (_name, given, reason) => {
    expect(resolveTarget(objectOf(given), sources(given))).toMatchObject({
      kind: 'blocked',
      problem: { type: 'terminal', reason },
    });
  });

  test('whose namespace names a team is not concerned while the gate is off', () => {
    const given = { namespace: { 'services.k8s.aws/team-id': 'vision' } };
    expect(resolveTarget(objectOf(given), sources(given))).toMatchObject({ kind: 'resolved' });
  });

  test('whose namespace asks for the role of a team is told so, and nothing is sent to AWS', async () => {
    const world = createWorld('Model', {
      settings: { ...settings, featureGates: new Map([['TeamLevelCARM', true]]) },
      namespaces: namespace({ 'services.k8s.aws/team-id': 'vision' }),
    });
    world.apply({});
    await world.run(600_000);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'RoleNotAvailable',
      message: expect.stringContaining('the role of team vision (annotation services.k8s.aws/team-id)'),
    });
    expect(world.aws.names()).toEqual([]);
    expect(world.object().metadata.finalizers).toBeUndefined();
  });

  test('takes the namespace’s endpoint before the flag’s', () => {
    const given = {
      namespace: { 'services.k8s.aws/endpoint-url': 'https://ns' },
      settings: { awsEndpointUrl: 'https://flag' },
    };
    expect(resolveTarget(objectOf(given), sources(given))).toMatchObject({ target: { endpointUrl: 'https://ns' } });
    expect(resolveTarget(objectOf({}), sources({ settings: given.settings }))).toMatchObject({
      target: { endpointUrl: 'https://flag' },
    });
  });

  test('may use plain http where the flag permits it', () => {
    const given = { settings: { awsEndpointUrl: 'http://localhost', allowUnsafeAwsEndpointUrls: true } };
    expect(resolveTarget(objectOf(given), sources(given)).kind).toBe('resolved');
  });
});

test('where namespaces may not be watched, the object says so', () => {
  const resolution = resolveTarget(objectOf({}), { ...sources({}), namespacesDenied: true });
  expect(resolution).toMatchObject({ advisories: [{ reason: 'NamespaceNotRead' }] });
  expect(resolveTarget(objectOf({}), sources({}))).toMatchObject({ advisories: [] });
});

describe('in a pass', () => {
  test('drift of the region is a condition, and setting it back mends it', async () => {
    const world = createWorld('Model');
    world.apply({});
    await world.run(0);
    world.newCalls();
    world.kubernetes.edit((object) => {
      object.metadata.annotations[REGION] = 'eu-west-1';
    });
    await world.run(600_000);
    expect(world.newCalls()).toEqual([]);
    expect(world.conditions().slice(0, 3)).toEqual([
      'ACK.Terminal=True:RegionDrift',
      'ACK.ResourceSynced=False:RegionDrift',
      'Ready=False:RegionDrift',
    ]);
    world.kubernetes.edit((object) => {
      delete object.metadata.annotations[REGION];
    });
    await world.run(0);
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:Synced', 'Ready=True:Synced']);
  });

  test('a deletion in a foreign account is blocked, says why, and can be given up', async () => {
    const world = createWorld('Model');
    world.apply({});
    await world.run(0);
    world.restart({ identity: { accountId: '999999999999', partition: 'aws' } });
    world.newCalls();
    world.kubernetes.delete();
    await world.run(600_000);
    expect(world.newCalls()).toEqual([]);
    expect(world.condition('ACK.Recoverable')?.message).toMatch(
      /The deletion is blocked\. The resource lives in account 111122223333/,
    );
    world.kubernetes.edit((object) => {
      object.metadata.annotations['services.k8s.aws/deletion-policy'] = 'retain';
    });
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('the region of the annotation is where the resource is created and deleted', async () => {
    const world = createWorld('Model');
    world.apply({}, { [REGION]: 'eu-west-1' });
    await world.run(0);
    expect(world.object().status?.ackResourceMetadata).toMatchObject({
      region: 'eu-west-1',
      arn: expect.stringContaining(':eu-west-1:'),
    });
    world.kubernetes.delete();
    await world.run(0);
    expect(new Set(world.aws.calls.map(({ target }) => target.region))).toEqual(new Set(['eu-west-1']));
    expect(world.aws.resources.size).toBe(0);
  });
});
