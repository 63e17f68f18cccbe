// SPDX-License-Identifier: Apache-2.0
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeAws, type FakeAws } from './world/aws.ts';
import { model, modelInAws, service } from './world/definitions.ts';
import { createFleet, type Fleet } from './world/fleet.ts';
import { settings } from './world/world.ts';

// Two objects that ask for one name.

const NAME = 'services.k8s.aws/namespace';
const tagged = { ...settings, resourceTags: [{ key: NAME, value: '%K8S_NAMESPACE%' }] };
const LOST = { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 } as const;

let fleet: Fleet;
let aws: FakeAws;

beforeEach(() => {
  const clock = createFakeClock();
  aws = createFakeAws(modelInAws, clock);
  fleet = createFleet({ service, definition: model, sessions: aws.sessions, settings: tagged, clock });
});

afterEach(() => fleet.stop());

const arnOf = (name: string): string | undefined => fleet.object(name)?.status?.ackResourceMetadata?.arn;

describe('of two objects of one name, values and tags, that which came second and whose create got no answer', () => {
  beforeEach(async () => {
    fleet.apply('first', { modelName: 'm' }, { uid: 'uid-1' });
    await fleet.run(1_000);
    aws.failNext('CreateModel', LOST);
    fleet.apply('second', { modelName: 'm' }, { uid: 'uid-2' });
    await fleet.run(120_000);
  });

  test('does not get what the first has', () => {
    expect([arnOf('first'), arnOf('second')]).toEqual([expect.stringContaining('/m'), undefined]);
    expect(fleet.object('second')?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'ACK.Terminal', reason: 'AlreadyExists' }),
    );
  });

  test('leaves it alone when it is deleted', async () => {
    fleet.delete('second');
    await fleet.run(60_000);
    expect(fleet.object('second')).toBeUndefined();
    expect([...aws.resources.keys()]).toEqual(['m']);
  });
});

test('a copy of an adopted object, finalizer and all, does not get what that has', async () => {
  aws.put('m', { ModelName: 'm' });
  const annotations = { 'services.k8s.aws/adoption-policy': 'adopt-or-create' };
  fleet.apply('adopter', { modelName: 'm' }, { uid: 'uid-1', annotations });
  await fleet.run(10_000);
  const { finalizers, annotations: copied } = fleet.object('adopter')?.metadata ?? {};
  fleet.apply('copy', { modelName: 'm' }, { uid: 'uid-2', finalizers, annotations: copied });
  await fleet.run(60_000);
  expect([arnOf('adopter'), arnOf('copy')]).toEqual([expect.stringContaining('/m'), undefined]);
  fleet.delete('copy');
  await fleet.run(60_000);
  expect([...aws.resources.keys()]).toEqual(['m']);
});
