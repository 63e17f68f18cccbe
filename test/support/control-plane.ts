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

/** What test/run.ts hands to the tests. */
const KUBECONFIG_VARIABLE = 'ACK_TEST_KUBECONFIG';
const KUBECTL_VARIABLE = 'ACK_TEST_KUBECTL';

/** For test/run.ts: starts one API server for a whole ring; `variables` lets the tests find it. */
export async function acquireTestControlPlane(): Promise<{ variables: Record<string, string>; stop(): Promise<void> }> {
  const plane = await acquireControlPlane();
  return {
    variables: {
      [KUBECONFIG_VARIABLE]: plane.kubeconfigPath,
      ...(plane.kubectlPath === undefined ? {} : { [KUBECTL_VARIABLE]: plane.kubectlPath }),
    },
    stop: () => plane.stop(),
  };
}

/**
 * For a test: the API server of this run (`ACK_TEST_KUBECONFIG`), or, when the test is run on its own, a new one that `stop` ends. Tests
 * share it, so each uses names or namespaces of its own; one that breaks the API server calls `startControlPlane` for one of its own.
 */
export async function acquireControlPlane(): Promise<TestControlPlane> {
  const kubeconfigPath = process.env[KUBECONFIG_VARIABLE];
  if (kubeconfigPath !== undefined && kubeconfigPath !== '') {
    return { kubeconfigPath, kubectlPath: process.env[KUBECTL_VARIABLE], stop: () => Promise.resolve() };
  }
  return startControlPlane({ progress: createProgress(process.stderr, systemClock) });
}
