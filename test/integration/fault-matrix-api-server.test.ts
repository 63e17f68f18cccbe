// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import type { Daemon } from '../environment/control-plane/daemon.ts';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import {
  type ApiServerFault,
  answerHtml,
  answerTooManyRequests,
  cutWatches,
  expireRunningWatches,
  expireWatches,
  failWatches,
  refuseEverySecondPatch,
  refuseWatches,
  reset,
  servePatchesLater,
  slow,
  unanswered,
} from '../support/faults/api-server-faults.ts';
import { type KeptController, keepController } from '../support/faults/kept-controller.ts';
import { createRequestRate } from '../support/faults/request-rate.ts';
import { trainingJob } from '../support/manifests.ts';
import { type Meddler, type ProxiedApiServer, startProxiedApiServer } from '../support/meddling-proxy.ts';

// A real controller and an API server and etcd of its own, which go wrong. While they do, one job is applied and one that has completed
// is deleted. Where the Lease cannot be renewed in time the process ends, as promised, and is started again, as a kubelet does.

interface Row {
  readonly title: string;
  /** Between the API server and the controller; where the API server itself goes wrong, only what shows it. */
  readonly fault: ApiServerFault;
  /** Lets things go wrong: `act` is what people do meanwhile, `settled` that it was done although they still are. */
  readonly lasts: (act: () => Promise<void>, settled: () => Promise<void>) => Promise<void>;
  /** The deletion is heard of before the running watches end, so that a pass meets the fault too and not only its watch. */
  readonly isHeard?: true;
  /** It may last longer than a Lease does without being renewed. */
  readonly mayEndProcess?: true;
}

const jobs = sagemakerType('TrainingJob');
const FAULT_MS = 3_000;
const ETCD_MS = 10_000;
const CONVERGES_MS = 90_000;
/** A start lists and watches every kind and what belongs to it, and a list-watch that fails does both again. */
const MOST_REQUESTS = { withinMs: 10_000, count: 300 };

const rows: readonly Row[] = [
  { title: 'cuts watches in the middle of a line', fault: cutWatches, lasts: aWhile },
  { title: 'says in a running watch that its version has expired', fault: expireRunningWatches, lasts: throughout },
  { title: 'says at the start of a watch that its version has expired', fault: expireWatches, lasts: throughout },
  { title: 'tells of a fault of its own in every watch', fault: failWatches, lasts: aWhile },
  { title: 'refuses every watch with 410', fault: refuseWatches, lasts: throughout },
  { title: 'refuses every second patch with 409', fault: refuseEverySecondPatch, lasts: throughout },
  { title: 'answers the first patches of each object with 404', fault: servePatchesLater, lasts: throughout },
  { title: 'refuses every request with 429', fault: answerTooManyRequests, lasts: aWhile, isHeard: true },
  { title: 'takes 2 s for every answer', fault: slow(2_000), lasts: throughout },
  { title: 'answers with a web page', fault: answerHtml, lasts: aWhile, isHeard: true },
  { title: 'resets every connection', fault: reset, lasts: aWhile, isHeard: true },
  { title: 'is restarted', fault: unanswered, lasts: restart, mayEndProcess: true },
  { title: 'is killed and comes back', fault: unanswered, lasts: kill, mayEndProcess: true },
  { title: 'waits 10 s for its etcd', fault: unanswered, lasts: freezeEtcd, mayEndProcess: true },
];
const nameOf = (index: number, part: 'new' | 'old'): string => `row-${index}-${part}`;

let plane: ControlPlane;
let cluster: TestCluster;
let simulator: Simulator;
let api: ProxiedApiServer;
let namespace: string;
let controller: KeptController;
/** Of the row that runs: two short ones within a moment are two restarts, which no controller has to answer for. */
let requests = createRequestRate();

beforeAll(async () => {
  [plane, simulator] = await Promise.all([startControlPlane(), startSimulator({ speed: 20 })]);
  cluster = connectCluster(plane.kubeconfigPath);
  await cluster.installCrds();
  namespace = await cluster.namespace();
  api = await startProxiedApiServer(plane.kubeconfigPath);
  meddle(undefined);
  for (const index of rows.keys()) await apply(nameOf(index, 'old'));
  controller = await keepController({
    kubeconfig: api.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
  });
  await Promise.all([...rows.keys()].map((index) => untilComplete(nameOf(index, 'old'))));
}, 240_000);

afterEach(() => meddle(undefined));

afterAll(async () => {
  await controller?.end();
  await Promise.all([api?.close(), simulator?.close(), cluster?.close()]);
  await plane?.stop();
}, 60_000);

describe('an API server that', () => {
  test.each(rows.map((row, index) => [row.title, index, row] as const))(
    '%s makes nothing be lost, and is not hammered',
    async (_title, index, { fault, lasts, isHeard = false, mayEndProcess = false }) => {
      const [fresh, old] = [nameOf(index, 'new'), nameOf(index, 'old')];
      const settled = async (): Promise<void> => {
        await Promise.all([untilComplete(fresh), cluster.untilGone(jobs, { namespace, name: old }, CONVERGES_MS)]);
      };
      // The pauses of one row, which grow, are not those of the next.
      requests = createRequestRate();
      await controller.renew();
      const { starts } = controller;
      let hits = 0;
      let isPatched = false;
      const wrong = fault(() => void hits++);
      meddle((request, forward) => {
        isPatched ||= request.method === 'PATCH' && request.path.includes(`/${old}`);
        return wrong(request, forward);
      });
      const remove = (): Promise<void> => cluster.client.delete(jobs, { namespace, name: old });
      if (isHeard) {
        await remove();
        await eventually(() => isPatched);
      }
      // Those that run are opened for minutes.
      api.endWatches();
      await lasts(async () => {
        await apply(fresh);
        if (!isHeard) await remove();
      }, settled);
      // On a busy machine a watch may not have been opened anew by then.
      await eventually(() => hits > 0).catch(() => undefined);
      meddle(undefined);
      await settled();
      expect(hits).toBeGreaterThan(0);
      if (!mayEndProcess) expect(controller.starts).toBe(starts);
      expect(requests.most(MOST_REQUESTS.withinMs)).toBeLessThan(MOST_REQUESTS.count);
    },
    180_000,
  );
});

describe('after all of it', () => {
  test('no object was forgotten', async () => {
    const { items } = await cluster.client.list<CustomResource>(jobs, { namespace });
    expect(items.filter((job) => !isComplete(job)).map(({ metadata }) => metadata.name)).toEqual([]);
    expect(items.map(({ metadata }) => metadata.name).toSorted()).toEqual(names('new'));
  });

  test('every job was started exactly once', () => {
    const created = simulator.calls.list({ operation: 'CreateTrainingJob' }).filter(({ effective }) => effective);
    expect(created.map(({ name }) => name).toSorted()).toEqual([...names('new'), ...names('old')].toSorted());
  });

  test('the process ended only when it had lost its Lease, and never by a defect', () => {
    expect(
      controller.ends.filter((line) => !/Lease \S+ is lost|Cannot reach the Kubernetes API server/.test(line)),
    ).toEqual([]);
    expect(controller.defects).toEqual([]);
  });
});

async function aWhile(act: () => Promise<void>): Promise<void> {
  await act();
  await pause(FAULT_MS);
}

async function throughout(act: () => Promise<void>, settled: () => Promise<void>): Promise<void> {
  await act();
  await settled();
}

function meddle(meddler: Meddler | undefined): void {
  api?.meddle((request, forward) => {
    requests.note();
    return meddler ? meddler(request, forward) : forward();
  });
}

async function restart(act: () => Promise<void>): Promise<void> {
  await act();
  await daemon('kube-apiserver').stop(20_000);
  await plane.restartApiServer();
}

async function kill(act: () => Promise<void>): Promise<void> {
  await act();
  await plane.killApiServer();
  await pause(FAULT_MS);
  await plane.restartApiServer();
}

async function freezeEtcd(act: () => Promise<void>): Promise<void> {
  await act();
  const { pid } = daemon('etcd');
  process.kill(pid, 'SIGSTOP');
  await pause(ETCD_MS).finally(() => process.kill(pid, 'SIGCONT'));
}

function daemon(name: string): Daemon {
  const found = plane.daemons.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

async function apply(name: string): Promise<void> {
  await cluster.client.create(jobs, namespace, trainingJob(namespace, name));
}

async function untilComplete(name: string): Promise<void> {
  await cluster.until(jobs, { namespace, name }, isComplete, CONVERGES_MS);
}

function isComplete(job: CustomResource | undefined): boolean {
  return isTrue(job?.status?.conditions, 'Complete');
}

function names(part: 'new' | 'old'): string[] {
  return [...rows.keys()].map((index) => nameOf(index, part)).toSorted();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
