// SPDX-License-Identifier: Apache-2.0
import { parseSettings } from '../../../runtime/config/flags.ts';
import { holdLease, type Leadership, underLease } from '../../../runtime/controller/hold-lease.ts';
import { LeaseLostError } from '../../../runtime/controller/leader-election.ts';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient, KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { createMetrics } from '../../../runtime/observability/metrics.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

interface Given {
  readonly flags?: readonly string[];
  readonly podNamespace?: string;
  readonly forbidden?: boolean;
}

function setUp({ flags = [], podNamespace, forbidden = false }: Given) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const created: string[] = [];
  const metrics = createMetrics();
  const partial: Partial<KubernetesClient> = {
    get: () => {
      const code = forbidden ? 403 : 404;
      return Promise.reject(new ApiError({ code, reason: 'x', message: 'no' }));
    },
    create: async (_type, namespace, body) => {
      const { metadata } = body as KubernetesObject;
      created.push(`${namespace}/${metadata.name}`);
      return body as never;
    },
  };
  const leadership = () =>
    holdLease({
      client: partial as KubernetesClient,
      settings: parseSettings(flags, { AWS_REGION: 'us-west-2' }, []),
      name: 'ack-sagemaker.services.k8s.aws',
      podNamespace,
      identity: 'me',
      clock,
      random: () => 0,
      log,
      metrics,
      signal: new AbortController().signal,
    });
  const isShownLeading = async (): Promise<string | undefined> =>
    /^leader_election_master_status\{name="ack-sagemaker.services.k8s.aws"\} (\d)$/m.exec(await metrics.text())?.[1];
  return { leadership, created, log, isShownLeading, clock };
}

describe('the Lease of a controller', () => {
  test("is held in the pod's namespace also without the flag", async () => {
    const { leadership, created, isShownLeading } = setUp({ podNamespace: 'ack-system' });
    const held = leadership();
    expect(() => held.assertLeading()).toThrow(LeaseLostError);
    await held.acquired;
    held.assertLeading();
    expect(await isShownLeading()).toBe('1');
    expect(created).toEqual(['ack-system/ack-sagemaker.services.k8s.aws']);
  });

  test('is held in the namespace that the flag names', async () => {
    const { leadership, created } = setUp({ podNamespace: 'a', flags: ['--leader-election-namespace=b'] });
    await leadership().acquired;
    expect(created).toEqual(['b/ack-sagemaker.services.k8s.aws']);
  });

  test('has the name that the flag gives it, and in the metrics that of ACK, which alerts ask for', async () => {
    const { leadership, created, isShownLeading } = setUp({ podNamespace: 'a', flags: ['--leader-election-id=mine'] });
    await leadership().acquired;
    expect(created).toEqual(['a/mine']);
    expect(await isShownLeading()).toBe('1');
  });

  test.each<readonly [string, Given, string]>([
    [
      'no namespace is known',
      {},
      'Runs without a Lease, so only one controller may run at a time: no namespace for it is known; --leader-election-namespace gives one',
    ],
    [
      'Leases are forbidden',
      { podNamespace: 'a', forbidden: true },
      'Runs without a Lease, so only one controller may run at a time: this service account may not use Leases in namespace a',
    ],
  ])('where %s the controller runs without, says so and counts as leading', async (_name, given, message) => {
    const { leadership, log, isShownLeading, clock } = setUp(given);
    const held = leadership();
    await clock.advance(10_000);
    await held.acquired;
    held.assertLeading();
    expect(await isShownLeading()).toBe('1');
    const warnings = log.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toEqual([expect.objectContaining({ message })]);
  });

  test('with the flag it does not run without a namespace', () => {
    const { leadership } = setUp({ flags: ['--enable-leader-election'] });
    expect(leadership).toThrow(
      '--enable-leader-election is set, but Lease ack-sagemaker.services.k8s.aws cannot be held',
    );
  });

  test('with the flag it does not run where Leases are forbidden', async () => {
    const given = { flags: ['--enable-leader-election'], podNamespace: 'a', forbidden: true };
    const { leadership, isShownLeading, clock } = setUp(given);
    const held = leadership();
    await clock.advance(10_000);
    await expect(held.acquired).rejects.toThrow('this service account may not use Leases in namespace a');
    expect(() => held.assertLeading()).toThrow(LeaseLostError);
    expect(await isShownLeading()).toBe('0');
  });
});

describe('what is done under the Lease', () => {
  function leadership(): Leadership & { released: number } {
    const held = {
      released: 0,
      acquired: Promise.resolve(),
      assertLeading() {},
      lost: new Promise<never>(() => {}),
      async release() {
        held.released += 1;
      },
    };
    return held;
  }

  test('gives it back when it is done', async () => {
    const held = leadership();
    await underLease(held, async () => expect(held.released).toBe(0));
    expect(held.released).toBe(1);
  });

  test('gives it back when it fails, too', async () => {
    const held = leadership();
    const failure = new ApiError({ code: 500, reason: 'x', message: 'no' });
    await expect(underLease(held, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(held.released).toBe(1);
  });

  test('does not give back one that is lost', async () => {
    const held = leadership();
    const lost = new LeaseLostError('another process has taken it');
    await expect(underLease(held, () => Promise.reject(lost))).rejects.toBe(lost);
    expect(held.released).toBe(0);
  });
});
