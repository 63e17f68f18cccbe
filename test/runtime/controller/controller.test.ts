// SPDX-License-Identifier: Apache-2.0
import {
  type Controller,
  type ControllerMetrics,
  type ControllerOptions,
  createController,
  PassAborted,
} from '../../../runtime/controller/controller.ts';
import { queueItem } from '../../../runtime/controller/queue-item.ts';
import { createExponentialRateLimiter } from '../../../runtime/controller/rate-limiter.ts';
import type { ReconcileContext, Reconciler } from '../../../runtime/controller/reconciler.ts';
import { WorkQueue } from '../../../runtime/controller/work-queue.ts';
import type { ObjectKey } from '../../../runtime/kubernetes/types.ts';
import type { Outcome } from '../../../runtime/reconcile/outcome.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../support/recording-log.ts';

interface Setup {
  readonly clock: FakeClock;
  readonly queue: WorkQueue;
  readonly controller: Controller;
  readonly told: string[];
  readonly lines: RecordingLog['lines'];
}

function setUp(reconcile: Reconciler['reconcile'], options: Partial<ControllerOptions> = {}): Setup {
  const clock = createFakeClock();
  const queue = new WorkQueue({ clock, rateLimiter: createExponentialRateLimiter({ random: () => 0 }) });
  const told: string[] = [];
  const metrics: ControllerMetrics = {
    maxConcurrentReconciles: (count) => void told.push(`max ${count}`),
    activeWorkers: () => {},
    reconciled: (result, seconds) => void told.push(`${result} ${seconds}`),
    error: () => void told.push('error'),
    terminalError: () => void told.push('terminal'),
    panic: () => void told.push('panic'),
    timeout: () => void told.push('timeout'),
  };
  const log = createRecordingLog();
  const controller = createController({
    name: 'widget',
    queue,
    reconciler: { reconcile },
    clock,
    log,
    metrics,
    ...options,
  });
  return { clock, queue, controller, told, lines: log.lines };
}

const item = queueItem({ namespace: 'team', name: 'x' });

describe('controller', () => {
  const outcomes: readonly (readonly [string, Outcome | 'throw', string[], number | undefined])[] = [
    ['done: leaves the object until it changes', { kind: 'done' }, ['success 0'], undefined],
    ['requeueAfter: comes back after that time', { kind: 'requeueAfter', ms: 700 }, ['requeue_after 0'], 700],
    ['retry: comes back after the back-off', { kind: 'retry', error: new Error('busy') }, ['error', 'error 0'], 5],
    [
      'retry: waits longer when asked to',
      { kind: 'retry', error: new Error('busy'), afterMs: 90 },
      ['error', 'error 0'],
      90,
    ],
    [
      'terminal: counts and does not come back',
      { kind: 'terminal', error: new Error('no') },
      ['error', 'terminal', 'error 0'],
      undefined,
    ],
    ['a throw: counts as a panic and comes back', 'throw', ['error', 'panic', 'error 0'], 5],
  ];
  test.each(outcomes)('%s', async (_name, outcome, told, untilNext) => {
    const setup = setUp(async () => {
      if (outcome === 'throw') throw new TypeError('oops');
      return outcome;
    });
    setup.controller.start();
    setup.queue.add(item);
    await setup.clock.settle();
    expect(setup.told).toEqual(['max 50', ...told]);
    expect(setup.clock.untilNext).toBe(untilNext);
    expect(setup.queue.length).toBe(0);
  });

  test('a success makes the next failure wait the shortest time again', async () => {
    const answers: Outcome[] = [
      { kind: 'retry', error: new Error('1') },
      { kind: 'retry', error: new Error('2') },
      { kind: 'requeueAfter', ms: 1 },
      { kind: 'retry', error: new Error('3') },
    ];
    const waits: (number | undefined)[] = [];
    const setup = setUp(async () => answers.shift() ?? { kind: 'done' });
    setup.controller.start();
    setup.queue.add(item);
    for (let pass = 0; pass < 4; pass++) {
      await setup.clock.settle();
      waits.push(setup.clock.untilNext);
      await setup.clock.advance(setup.clock.untilNext ?? 0);
    }
    expect(waits).toEqual([5, 10, 1, 5]);
  });

  test('gives each pass its key and an id of its own, and logs both', async () => {
    const passes: [ObjectKey, ReconcileContext][] = [];
    const setup = setUp(async (key, context) => {
      passes.push([key, context]);
      return { kind: 'retry', error: new Error('busy') };
    });
    setup.controller.start();
    setup.queue.add(item);
    await setup.clock.advance(5);
    expect(passes.map(([key]) => key)).toEqual(Array(2).fill({ namespace: 'team', name: 'x' }));
    const ids = passes.map(([, context]) => context.reconcileId);
    expect(new Set(ids).size).toBe(2);
    const warnings = setup.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map((line) => line.fields)).toEqual(
      ids.map((reconcileID) => ({ controller: 'widget', namespace: 'team', name: 'x', reconcileID, error: 'busy' })),
    );
  });

  test('works on as many keys at once as it may, never on one key twice', async () => {
    const active = new Set<string>();
    let most = 0;
    const setup: Setup = setUp(
      async (key) => {
        expect(active.has(key.name)).toBe(false);
        active.add(key.name);
        most = Math.max(most, active.size);
        await setup.clock.sleep(10);
        active.delete(key.name);
        return { kind: 'done' };
      },
      { concurrency: 3 },
    );
    setup.controller.start();
    for (const name of ['a', 'b', 'c', 'd']) setup.queue.add(queueItem({ namespace: 'n', name }));
    await setup.clock.settle();
    setup.queue.add(queueItem({ namespace: 'n', name: 'a' }));
    expect(setup.controller.active).toBe(3);
    await setup.clock.advance(10);
    await setup.clock.advance(10);
    expect(most).toBe(3);
    expect(setup.told.filter((line) => line.startsWith('success'))).toHaveLength(5);
  });

  test('a pass that takes too long is told to stop, counted and retried', async () => {
    const setup: Setup = setUp(
      (_key, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      { timeoutMs: 400 },
    );
    setup.controller.start();
    setup.queue.add(item);
    await setup.clock.advance(400);
    expect(setup.told).toEqual(['max 50', 'timeout', 'error', 'error 0.4']);
    expect(setup.clock.untilNext).toBe(5);
  });

  test('the time that a pass waits for its turn does not count for its timeout', async () => {
    const setup: Setup = setUp(
      async (_key, { signal, holdTimeout }) => {
        await setup.clock.sleep(300);
        const [goOn, andOn] = [holdTimeout?.(), holdTimeout?.()];
        await setup.clock.sleep(5_000);
        goOn?.();
        goOn?.();
        await setup.clock.sleep(5_000);
        andOn?.();
        await setup.clock.sleep(90);
        signal.throwIfAborted();
        setup.told.push('in time');
        await setup.clock.sleep(20);
        signal.throwIfAborted();
        return { kind: 'done' };
      },
      { timeoutMs: 400 },
    );
    setup.controller.start();
    setup.queue.add(item);
    await setup.clock.advance(10_410);
    expect(setup.told).toEqual(['max 50', 'in time', 'timeout', 'error', 'error 10.41']);
  });

  test('a pass that ends while it waits leaves no timeout behind', async () => {
    const setup = setUp(
      async (_key, { holdTimeout }) => {
        const goOn = holdTimeout?.();
        void setup.clock.sleep(50).then(() => goOn?.());
        return { kind: 'done' };
      },
      { timeoutMs: 400 },
    );
    setup.controller.start();
    setup.queue.add(item);
    await setup.clock.advance(1_000);
    expect(setup.told).toEqual(['max 50', 'success 0']);
  });

  test('starting twice is an error', () => {
    const setup = setUp(async () => ({ kind: 'done' }));
    setup.controller.start();
    expect(() => setup.controller.start()).toThrow('controller widget was started twice');
  });

  test('stop waits for the pass in flight and takes no other key', async () => {
    let ended = 0;
    const setup: Setup = setUp(
      async () => {
        await setup.clock.sleep(100);
        ended += 1;
        return { kind: 'done' };
      },
      { concurrency: 1 },
    );
    setup.controller.start();
    setup.queue.add('n/a');
    setup.queue.add('n/b');
    await setup.clock.settle();
    const stopped = setup.controller.stop(1_000);
    await setup.clock.advance(100);
    expect(await stopped).toBe(true);
    expect(ended).toBe(1);
  });

  test('stop aborts what does not end in time, and gives up on what ignores that', async () => {
    const reasons: unknown[] = [];
    const setup = setUp((key, { signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          if (key.name === 'obedient') reject(signal.reason);
        });
      });
    });
    setup.controller.start();
    setup.queue.add('n/obedient');
    setup.queue.add('n/deaf');
    await setup.clock.settle();
    const stopped = setup.controller.stop(1_000);
    await setup.clock.advance(2_000);
    expect(await stopped).toBe(false);
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toBeInstanceOf(PassAborted);
    expect(setup.controller.active).toBe(1);
    expect(setup.told).not.toContain('panic');
  });

  test('a pass that only waits for its turn gives its place to another, and no more run than may afterwards', async () => {
    const parked = new Map<string, { unpark: () => void; end: () => void }>();
    let running = 0;
    let most = 0;
    const { clock, queue, controller } = setUp(
      async ({ name }, { park }) => {
        running += 1;
        most = Math.max(most, running);
        if (name.startsWith('waits')) {
          const unpark = park?.() ?? (() => {});
          running -= 1;
          await new Promise<void>((end) => parked.set(name, { unpark, end: () => end() }));
          unpark();
          running += 1;
        }
        await clock.sleep(10);
        running -= 1;
        return { kind: 'done' };
      },
      { concurrency: 2 },
    );
    controller.start();
    for (let index = 0; index < 20; index++) queue.add(`team/waits-${index}`);
    for (let index = 0; index < 6; index++) queue.add(`team/works-${index}`);
    await clock.advance(100);
    expect(parked.size).toBe(20);
    expect(queue.length).toBe(0);
    expect(most).toBe(2);
    for (const { end } of parked.values()) {
      end();
      await clock.advance(11);
    }
    most = 0;
    for (let index = 0; index < 30; index++) queue.add(`team/later-${index}`);
    await clock.advance(10 * 15 + 20);
    expect(queue.length).toBe(0);
    expect(most).toBe(2);
    const stopped = controller.stop(1_000);
    await clock.advance(1_000);
    expect(await stopped).toBe(true);
  });
});
