// SPDX-License-Identifier: Apache-2.0
import type { Random } from '../../runtime/clock.ts';
import { createLeaderElection, type LeaderElection, LeaseLostError } from '../../runtime/controller/leader-election.ts';
import type { Lease, LeaseSpec } from '../../runtime/controller/lease-record.ts';
import { ApiError } from '../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../runtime/kubernetes/types.ts';
import type { Log } from '../../runtime/observability/log.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createRecordingLog } from '../support/recording-log.ts';

// What client-go promises of its leader election, with 15 s, 10 s and 2 s.

const key = { namespace: 'ack-system', name: 'ack-sagemaker.services.k8s.aws' };
const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

type Fault = 'none' | 'hang' | 'deaf' | 'down' | 'forbidden';

/** One Lease on a server with optimistic locking, and a way to break it. */
class LeaseServer {
  lease: Lease | undefined;
  fault: Fault = 'none';
  calls: string[] = [];
  #version = 0;

  client(): KubernetesClient {
    const call = async (verb: string, signal: AbortSignal | undefined): Promise<void> => {
      this.calls.push(verb);
      if (this.fault === 'hang') {
        await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      }
      // Credentials that do not come, say, before anything is sent that could be cut short.
      if (this.fault === 'deaf') await new Promise(() => {});
      if (this.fault === 'down') throw new ApiError({ code: 0, reason: 'ConnectionFailed', message: 'refused' });
      if (this.fault === 'forbidden')
        throw new ApiError({ code: 403, reason: 'Forbidden', message: 'no leases for you' });
    };
    const partial: Partial<KubernetesClient> = {
      get: async (_type, _key, signal) => {
        await call('get', signal);
        if (this.lease === undefined) throw new ApiError({ code: 404, reason: 'NotFound', message: 'no such lease' });
        return structuredClone(this.lease) as never;
      },
      create: async (_type, _namespace, body, signal) => {
        await call('create', signal);
        if (this.lease !== undefined) throw new ApiError({ code: 409, reason: 'AlreadyExists', message: 'exists' });
        return this.store(body as Lease) as never;
      },
      replace: async (_type, _key, body, signal) => {
        await call('replace', signal);
        if (this.lease?.metadata.resourceVersion !== (body as Lease).metadata.resourceVersion) {
          throw new ApiError({ code: 409, reason: 'Conflict', message: 'modified' });
        }
        return this.store(body as Lease) as never;
      },
    };
    return partial as KubernetesClient;
  }

  store(body: Lease): Lease {
    for (const time of [body.spec?.renewTime, body.spec?.acquireTime]) expect(time).toMatch(microTime);
    expect(body.spec?.leaseDurationSeconds).toBeGreaterThan(0);
    this.#version += 1;
    this.lease = { ...structuredClone(body), metadata: { ...body.metadata, resourceVersion: `${this.#version}` } };
    return structuredClone(this.lease);
  }

  /** Someone else writes the Lease. */
  hold(holderIdentity: string, change: Partial<LeaseSpec> = {}): void {
    const time = '2020-01-01T00:00:00.000000Z';
    const spec = { holderIdentity, leaseDurationSeconds: 15, renewTime: time, acquireTime: time, ...change };
    const metadata = { uid: 'u', labels: { kept: 'yes' }, ...key, resourceVersion: '' };
    this.store({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  }
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

interface Candidate {
  readonly election: LeaderElection;
  readonly told: unknown[];
  outcome: 'leading' | 'forbidden' | undefined;
  lost: LeaseLostError | undefined;
}

function candidate(
  server: LeaseServer,
  clock: FakeClock,
  identity: string,
  random: Random = () => 0,
  log: Log = silent,
): Candidate {
  const told: unknown[] = [];
  const metrics = { leading: (is: boolean) => void told.push(is), slowPath: () => void told.push('slow') };
  const client = server.client();
  const election = createLeaderElection({ client, key, identity, clock, random, log, metrics });
  const result: Candidate = { election, told, outcome: undefined, lost: undefined };
  void election.acquire(new AbortController().signal).then(
    (outcome) => {
      result.outcome = outcome;
    },
    () => {},
  );
  void election.lost.then((error) => {
    result.lost = error;
  });
  return result;
}

describe('leader election', () => {
  let server: LeaseServer;
  let clock: FakeClock;
  beforeEach(() => {
    server = new LeaseServer();
    clock = createFakeClock();
  });

  test('creates the Lease when there is none', async () => {
    const a = candidate(server, clock, 'a');
    await clock.settle();
    expect(a.outcome).toBe('leading');
    expect(server.lease?.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
    a.election.assertLeading();
    expect(a.told).toEqual([false, true]);
  });

  test('renews every two seconds in one call, keeping the time it was acquired', async () => {
    const a = candidate(server, clock, 'a');
    await clock.settle();
    const acquired = server.lease?.spec?.acquireTime;
    server.calls = [];
    await clock.advance(20_000);
    expect(server.calls).toEqual(Array(10).fill('replace'));
    expect(server.lease?.spec?.acquireTime).toBe(acquired);
    expect(server.lease?.spec?.renewTime).toBe('2026-01-01T00:00:20.000000Z');
    expect(a.election.deadline()).toBe(30_000);
    expect(a.lost).toBeUndefined();
  });

  test('leaves a Lease alone that its holder renews', async () => {
    const a = candidate(server, clock, 'a');
    await clock.settle();
    const b = candidate(server, clock, 'b');
    await clock.advance(60_000);
    expect([a.outcome, b.outcome]).toEqual(['leading', undefined]);
    expect(() => b.election.assertLeading()).toThrow(LeaseLostError);
  });

  test("takes a Lease that did not change for 15 s by its own clock, whatever the holder's times say", async () => {
    server.hold('gone', { renewTime: '2099-01-01T00:00:00.000000Z', leaseTransitions: 4 });
    const a = candidate(server, clock, 'a');
    await clock.advance(14_000);
    expect(a.outcome).toBeUndefined();
    await clock.advance(3_000);
    expect(a.outcome).toBe('leading');
    expect(server.lease?.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 5 });
    expect(server.lease?.metadata.labels).toEqual({ kept: 'yes' });
  });

  test('a fresh observation of an old record gives the holder its 15 s', async () => {
    server.hold('slow');
    const a = candidate(server, clock, 'a');
    await clock.advance(10_000);
    server.hold('slow');
    await clock.advance(12_000);
    expect(a.outcome).toBeUndefined();
    await clock.advance(7_000);
    expect(a.outcome).toBe('leading');
  });

  // Its last renewal is seen one pause after it was written, at the latest.
  test.each<[string, Random]>([
    ['always the longest', () => 0.999_999],
    ['the longest and then the shortest', longThenShort()],
  ])(
    'a holder that dies right after it renewed is followed within 20 s, where pauses are %s',
    async (_title, random) => {
      server.hold('dying', { renewTime: '2019-01-01T00:00:00.000000Z' });
      const a = candidate(server, clock, 'a', random);
      await clock.settle();
      server.hold('dying');
      await clock.advance(19_500);
      expect(a.outcome).toBe('leading');
    },
  );

  test('the first who may try again does so the moment the Lease expires, and not every millisecond before', async () => {
    server.hold('gone');
    candidate(server, clock, 'a', () => 0.5);
    await clock.advance(14_999);
    expect(server.calls).toEqual(Array(5).fill('get'));
    await clock.advance(1);
    expect(server.calls).toEqual([...Array(6).fill('get'), 'replace']);
  });

  test('a released Lease is taken at the next try', async () => {
    server.hold('');
    const a = candidate(server, clock, 'a');
    await clock.settle();
    expect(a.outcome).toBe('leading');
  });

  test('of two candidates for a free Lease one gets it', async () => {
    const [a, b] = [candidate(server, clock, 'a'), candidate(server, clock, 'b')];
    await clock.advance(5_000);
    expect([a.outcome, b.outcome].filter((outcome) => outcome === 'leading')).toHaveLength(1);
  });

  test('release hands over within a retry period, and is no loss', async () => {
    const a = candidate(server, clock, 'a');
    await clock.settle();
    const b = candidate(server, clock, 'b');
    await clock.settle();
    await a.election.release();
    expect(server.lease?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(() => a.election.assertLeading()).toThrow(LeaseLostError);
    await clock.advance(2_000);
    expect(b.outcome).toBe('leading');
    expect(a.lost).toBeUndefined();
    expect(a.told.at(-1)).toBe(false);
  });

  test('who waits longer than an update takes says so once, and who holds the Lease', async () => {
    const log = createRecordingLog();
    candidate(server, clock, 'holder-1');
    await clock.settle();
    candidate(server, clock, 'b', () => 0, log);
    const warnings = () => log.lines.filter(({ level }) => level === 'warn');
    await clock.advance(58_000);
    expect(warnings()).toEqual([]);
    await clock.advance(300_000);
    expect(warnings()).toEqual([
      expect.objectContaining({
        fields: expect.objectContaining({ holder: 'holder-1' }),
        message: expect.stringMatching(/^Lease has been held by another process for a minute.*--leader-election-id$/),
      }),
    ]);
  });

  test('release while waiting ends the waiting and touches nothing', async () => {
    server.hold('other');
    const a = candidate(server, clock, 'a');
    await clock.settle();
    server.calls = [];
    await a.election.release();
    await clock.advance(30_000);
    expect(server.calls).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test.each(['down', 'hang', 'deaf'] as const)(
    'a server or a client that is %s ends the hold at the deadline and no later',
    async (fault) => {
      const a = candidate(server, clock, 'a');
      await clock.advance(2_000);
      server.fault = fault;
      await clock.advance(9_999);
      a.election.assertLeading();
      expect(a.lost).toBeUndefined();
      await clock.advance(1);
      expect(() => a.election.assertLeading()).toThrow(LeaseLostError);
      await clock.advance(1_000);
      expect(a.lost?.message).toBe(
        'Lease ack-system/ack-sagemaker.services.k8s.aws is lost: it could not be renewed within 10 s',
      );
      expect(a.told.at(-1)).toBe(false);
    },
  );

  test('a short outage is survived', async () => {
    const a = candidate(server, clock, 'a');
    await clock.advance(2_000);
    server.fault = 'down';
    await clock.advance(7_000);
    server.fault = 'none';
    await clock.advance(30_000);
    expect(a.lost).toBeUndefined();
    a.election.assertLeading();
  });

  test('a change of the Lease by someone else is read, not overwritten blindly', async () => {
    const a = candidate(server, clock, 'a');
    await clock.settle();
    server.store({ ...server.lease!, metadata: { ...server.lease!.metadata, labels: { touched: 'yes' } } });
    await clock.advance(2_000);
    expect(a.told).toContain('slow');
    expect(server.lease?.metadata.labels).toEqual({ touched: 'yes' });
    server.hold('thief');
    await clock.advance(2_000);
    expect(a.lost?.message).toContain('thief has taken it');
    expect(server.lease?.spec?.holderIdentity).toBe('thief');
  });

  test('a Lease that was deleted is made again', async () => {
    const a = candidate(server, clock, 'a');
    await clock.settle();
    server.lease = undefined;
    await clock.advance(2_000);
    expect(server.lease).toMatchObject({ spec: { holderIdentity: 'a' } });
    expect(a.lost).toBeUndefined();
  });

  test('without permission for Leases there is no election', async () => {
    server.fault = 'forbidden';
    const a = candidate(server, clock, 'a');
    await clock.advance(7_499);
    expect(a.outcome).toBeUndefined();
    await clock.advance(1);
    expect(a.outcome).toBe('forbidden');
    expect(server.calls).toEqual(Array(5).fill('get'));
    expect(clock.pending).toBe(0);
  });

  test('permission for Leases that comes a moment late is waited for, also after another has held the Lease', async () => {
    server.fault = 'forbidden';
    const a = candidate(server, clock, 'a');
    await clock.advance(5_000);
    server.fault = 'none';
    server.hold('b');
    await clock.advance(6_000);
    server.fault = 'forbidden';
    await clock.advance(6_000);
    server.fault = 'none';
    server.hold('');
    await clock.advance(4_000);
    expect(a.outcome).toBe('leading');
    a.election.assertLeading();
  });

  test('a wall clock that is set forward or back loses nothing, and a sleep is certain only after a renewal', async () => {
    let shift = 0;
    const shifted = { ...clock, now: () => clock.now() + shift };
    const a = candidate(server, shifted, 'a');
    await clock.settle();
    shift = -86_400_000;
    a.election.assertLeading();
    shift = 86_400_000;
    expect(() => a.election.assertLeading()).toThrow('the clock jumped');
    await clock.advance(2_000);
    a.election.assertLeading();
    expect(a.lost).toBeUndefined();
  });
});

function longThenShort(): Random {
  let drawn = 0;
  return () => (drawn++ === 0 ? 0.999_999 : 0);
}
