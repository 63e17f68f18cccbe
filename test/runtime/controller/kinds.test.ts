// SPDX-License-Identifier: Apache-2.0
import type { RunningKind } from '../../../runtime/controller/kind-controller.ts';
import { createKinds, type Kinds, type OlderCrd } from '../../../runtime/controller/kinds.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../../runtime/kubernetes/types.ts';
import type { Log } from '../../../runtime/observability/log.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

function definition(kind: string): ResourceDefinition {
  const status = { name: 'Status', members: [] };
  return { group: 'g', version: 'v1', kind, plural: `${kind.toLowerCase()}s`, status } as unknown as ResourceDefinition;
}

const allFields = { ackResourceMetadata: {}, conditions: {}, observedGeneration: {}, lastApplied: {} };
const crd = (fields: object = allFields): object => ({
  spec: {
    versions: [
      { name: 'v1', served: true, schema: { openAPIV3Schema: { properties: { status: { properties: fields } } } } },
    ],
  },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
});

interface Setup {
  readonly clock: FakeClock;
  readonly crds: Map<string, object>;
  readonly kinds: Kinds;
  readonly lines: string[];
  /** Kinds in the order that they were started, and what they were told of their CRD. */
  readonly started: [kind: string, installed: OlderCrd][];
  /** Kinds whose controllers work. */
  readonly working: string[];
  readonly sync: (kind: string) => void;
  /** Why a kind's list or watch fails. */
  readonly failures: Map<string, ApiError>;
  down: boolean;
}

function setUp(...names: string[]): Setup {
  const clock = createFakeClock();
  const crds = new Map<string, object>();
  const lines: string[] = [];
  const note = (_fields: object, message: string) => void lines.push(message);
  const log: Log = { debug() {}, info: note, warn: note, error: note, child: () => log };
  const syncs = new Map<string, () => void>();
  const partial: Partial<KubernetesClient> = {
    get: async (_type, { name }) => {
      if (setup.down) throw new ApiError({ code: 0, reason: 'ConnectionFailed', message: 'refused' });
      const found = crds.get(name);
      if (!found) throw new ApiError({ code: 404, reason: 'NotFound', message: 'no' });
      return found as never;
    },
  };
  const start = (of: ResourceDefinition, installed: OlderCrd): RunningKind => {
    setup.started.push([of.kind, installed]);
    let isSynced = false;
    const synced = new Promise<void>((resolve) => {
      syncs.set(of.kind, () => {
        isSynced = true;
        resolve();
      });
    });
    return {
      definition: of,
      hasSynced: () => isSynced,
      failure: () => setup.failures.get(of.kind),
      synced,
      wakeNamespace: () => {},
      controller: {
        start: () => void setup.working.push(of.kind),
        stop: async () => of.kind !== 'Stuck',
        active: 0,
      },
    };
  };
  const setup: Setup = {
    clock,
    crds,
    kinds: createKinds({ definitions: names.map(definition), client: partial as KubernetesClient, clock, log, start }),
    lines,
    started: [],
    working: [],
    sync: (kind) => syncs.get(kind)?.(),
    failures: new Map(),
    down: false,
  };
  return setup;
}

const never = new AbortController().signal;

describe('kinds', () => {
  test('work once they lead and have synced, in whichever order', async () => {
    const setup = setUp('A', 'B');
    setup.crds.set('as.g', crd()).set('bs.g', crd());
    await setup.kinds.find(never);
    expect(setup.started).toEqual([
      ['A', undefined],
      ['B', undefined],
    ]);
    setup.sync('A');
    await setup.clock.settle();
    expect([setup.working, setup.kinds.whyNotSynced()]).toEqual([[], 'not synced: B, its objects are being listed']);
    setup.kinds.lead();
    await setup.clock.settle();
    expect(setup.working).toEqual(['A']);
    setup.sync('B');
    await setup.clock.settle();
    expect([setup.working, setup.kinds.whyNotSynced()]).toEqual([['A', 'B'], undefined]);
  });

  test('a missing CRD is said once, holds back nothing else, and is looked for until it is there', async () => {
    const setup = setUp('A', 'B');
    setup.crds.set('as.g', crd());
    await setup.kinds.find(never);
    expect(setup.lines).toEqual([
      "CRD bs.g is not installed: apply the chart's crds folder with kubectl; looked for again every 10 s",
    ]);
    expect([setup.started.length, setup.kinds.whyNotFound()]).toEqual([1, 'not installed: bs.g']);
    setup.kinds.lead();
    let ended = false;
    void setup.kinds.findRest(never).then(() => {
      ended = true;
    });
    await setup.clock.advance(10_000);
    setup.down = true;
    await setup.clock.advance(10_000);
    expect(setup.lines.at(-1)).toBe('CRDs could not be looked up');
    expect(setup.kinds.whyNotFound()).toBe('not installed: bs.g (looking them up failed: refused)');
    setup.down = false;
    setup.crds.set('bs.g', crd());
    await setup.clock.advance(10_000);
    setup.sync('B');
    await setup.clock.settle();
    expect(setup.kinds.whyNotFound()).toBeUndefined();
    expect([setup.working, ended, setup.clock.pending]).toEqual([['B'], true, 0]);
  });

  test('objects of an API server that has gone back in time are not known, and those of one that fails still are', async () => {
    const setup = setUp('A', 'B');
    setup.crds.set('as.g', crd()).set('bs.g', crd());
    await setup.kinds.find(never);
    for (const kind of ['A', 'B']) setup.sync(kind);
    setup.failures.set('A', new ApiError({ code: 0, reason: 'Rewound', message: 'went back from 9 to 5' }));
    setup.failures.set('B', new ApiError({ code: 503, reason: 'ServiceUnavailable', message: 'busy' }));
    expect(setup.kinds.whyNotSynced()).toBe('not synced: A, went back from 9 to 5');
  });

  test('what they wait for is told, of three at most', async () => {
    const setup = setUp('A', 'B', 'C', 'D', 'E', 'F');
    for (const plural of ['as.g', 'bs.g', 'cs.g', 'ds.g', 'es.g']) setup.crds.set(plural, crd());
    await setup.kinds.find(never);
    const denied = new ApiError({ code: 403, reason: 'Forbidden', message: 'cannot list resource "as"' });
    setup.failures.set('A', denied);
    expect(setup.kinds.whyNotSynced()).toBe(
      'not synced: A, cannot list resource "as"; B, its objects are being listed; C, its objects are being listed; and 2 more',
    );
    expect(setup.kinds.whyNotFound()).toBe('not installed: fs.g');
  });

  test('an older CRD is said, and told to the reconciler', async () => {
    const setup = setUp('A');
    setup.crds.set('as.g', crd({ ackResourceMetadata: {}, conditions: {} }));
    await setup.kinds.find(never);
    expect(setup.started).toEqual([['A', { statusFields: new Set(['ackResourceMetadata', 'conditions']) }]]);
    expect(setup.lines).toEqual(['The installed CRD is older than this controller; it works without these fields']);
  });

  test('an API server that does not answer at the start is an error', async () => {
    const setup = setUp('A');
    setup.down = true;
    await expect(setup.kinds.find(never)).rejects.toThrow('refused');
  });

  test('stop ends the search and says when a pass did not end', async () => {
    const setup = setUp('A', 'Stuck');
    setup.crds.set('stucks.g', crd());
    await setup.kinds.find(never);
    const life = new AbortController();
    const rest = setup.kinds.findRest(life.signal);
    await setup.clock.settle();
    life.abort();
    await rest;
    expect(await setup.kinds.stop(1)).toBe(false);
    expect(setup.clock.pending).toBe(0);
  });
});
