// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { createArnHolders } from '../../../runtime/reconcile/arn-holders.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:training-job/x';

function object(name: string, arn?: string, annotations?: Record<string, string>): CustomResource {
  const metadata = {
    namespace: 'ml',
    name,
    uid: `uid-of-${name}`,
    resourceVersion: '1',
    ...(annotations && { annotations }),
  };
  const status = arn === undefined ? {} : { status: { ackResourceMetadata: { arn, ownerAccountID: '', region: '' } } };
  return { apiVersion: 'v1', kind: 'TrainingJob', metadata, spec: {}, ...status } as CustomResource;
}

function setUp(...objects: readonly CustomResource[]) {
  return setUpWith(new Map(), ...objects);
}

function setUpWith(featureGates: ReadonlyMap<string, boolean>, ...objects: readonly CustomResource[]) {
  const clock = createFakeClock();
  const all = new Map(objects.map((one) => [one.metadata.name, one]));
  let lists = 0;
  const store = {
    get: ({ name }: { name: string }) => all.get(name),
    list() {
      lists += 1;
      return all.values();
    },
    get size() {
      return all.size;
    },
  };
  return { clock, all, holders: createArnHolders({ store, clock, settings: { featureGates } }), lists: () => lists };
}

test('what no other object has is given, again and again to the same object, and to no other', () => {
  const [first, second] = [object('first'), object('second')];
  const { holders } = setUp(first, second);
  expect(holders.take(ARN, first)).toBe(true);
  expect(holders.take(ARN, first)).toBe(true);
  expect(holders.take(ARN, second)).toBe(false);
});

test('what an object has by its status is not given to another, but for one that only observes', () => {
  const copy = object('copy');
  expect(setUp(object('owner', ARN), copy).holders.take(ARN, copy)).toBe(false);
  const observer = object('observer', ARN, { 'services.k8s.aws/read-only': 'true' });
  expect(setUp(observer, copy).holders.take(ARN, copy)).toBe(true);
  const gates = new Map([['ReadOnlyResources', false]]);
  expect(setUpWith(gates, observer, copy).holders.take(ARN, copy)).toBe(false);
});

test('what an object got since is known without looking through all of them', () => {
  const [owner, copy] = [object('owner'), object('copy')];
  const { holders, lists } = setUp(owner, copy);
  holders.take('another', copy);
  holders.note(ARN, object('owner', ARN));
  expect(holders.take(ARN, copy)).toBe(false);
  expect(lists()).toBe(1);
});

test('what was given and is in no status yet stays given, until its object is gone', async () => {
  const [first, second] = [object('first'), object('second')];
  const { holders, all, clock } = setUp(first, second);
  holders.take(ARN, first);
  await clock.advance(60_000);
  expect(holders.take(ARN, second)).toBe(false);
  all.delete('first');
  await clock.advance(60_000);
  expect(holders.take(ARN, second)).toBe(true);
});

test('ten thousand objects of a backup have all others looked through once in ten seconds', async () => {
  const { holders, lists, clock } = setUp();
  for (let index = 0; index < 10_000; index++) holders.take(`arn-${index}`, object(`restored-${index}`));
  expect(lists()).toBe(1);
  await clock.advance(11_000);
  holders.take('one more', object('late'));
  expect(lists()).toBe(2);
});
