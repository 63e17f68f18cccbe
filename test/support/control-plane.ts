// SPDX-License-Identifier: Apache-2.0

import { systemClock } from '../../runtime/clock.ts';
import { startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { createProgress } from '../environment/progress.ts';

/** The API server that the tests of one run share. */
export interface TestControlPlane {
  readonly kubeconfigPath: string;
  /** A kubectl that fits it; undefined when `KUBEBUILDER_ASSETS` has none. */
  readonly kubectlPath: string | undefined;
  /** Ends it if this call started it. */
  stop(): Promise<void>;
}

/** What test/run.ts hands to the tests, or who runs them against a cluster of their own. */
const KUBECONFIG_VARIABLE = 'ACK_TEST_KUBECONFIG';
const KUBECTL_VARIABLE = 'ACK_TEST_KUBECTL';

/**
 * For test/run.ts: starts an API server for each of jest's workers, since the controllers of two suites that run at a time would take up
 * each other's objects; `variables` lets the tests find theirs. Throws, once all that it started is ended; aborting `signal` makes it.
 */
export async function acquireTestControlPlanes(
  workers: number,
  signal: AbortSignal,
): Promise<{ variables: Record<string, string>; stop(): Promise<void> }> {
  // The first one builds what is missing.
  const first = await acquireControlPlane(signal);
  const isGiven = givenKubeconfig() !== undefined;
  const others = await Promise.allSettled(
    Array.from({ length: isGiven ? 0 : workers - 1 }, () => acquireControlPlane(signal)),
  );
  const planes = [first, ...others.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []))];
  const failure = others.find((other) => other.status === 'rejected');
  if (failure) {
    await Promise.all(planes.map((plane) => plane.stop()));
    throw failure.reason;
  }
  return {
    variables: {
      ...Object.fromEntries(planes.map((plane, index) => [ofWorker(String(index + 1)), plane.kubeconfigPath])),
      ...(first.kubectlPath === undefined ? {} : { [KUBECTL_VARIABLE]: first.kubectlPath }),
    },
    async stop() {
      await Promise.all(planes.map((plane) => plane.stop()));
    },
  };
}

/** The kubeconfig of the API server that the tests of this process use; undefined where none was started for them. */
export function givenKubeconfig(): string | undefined {
  const { JEST_WORKER_ID: worker = '1' } = process.env;
  return process.env[ofWorker(worker)] || process.env[KUBECONFIG_VARIABLE] || undefined;
}

/**
 * For a test: the API server of its worker, or, when the test is run on its own, a new one that `stop` ends. The suites of a worker
 * share it, so each uses names or namespaces of its own; one that breaks the API server calls `startControlPlane` for one of its own.
 */
export async function acquireControlPlane(signal?: AbortSignal): Promise<TestControlPlane> {
  const kubeconfigPath = givenKubeconfig();
  if (kubeconfigPath !== undefined) {
    return { kubeconfigPath, kubectlPath: process.env[KUBECTL_VARIABLE], stop: () => Promise.resolve() };
  }
  return startControlPlane({ progress: createProgress(process.stderr, systemClock), ...(signal ? { signal } : {}) });
}

function ofWorker(id: string): string {
  return `${KUBECONFIG_VARIABLE}_${id}`;
}
