// SPDX-License-Identifier: Apache-2.0
import { isApiError } from '../../../runtime/kubernetes/api-error.ts';
import { LEASE } from '../../../runtime/kubernetes/resource-types.ts';
import { type ControllerProcess, startController } from '../../environment/controller-process.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import type { TestCluster } from '../cluster.ts';
import { startMeddlingProxy, startProxiedApiServer } from '../meddling-proxy.ts';
import { createInterruptions, type Interruptions } from './interruptions.ts';
import { createLives, type Lives } from './lives.ts';

/** A controller as a process with a namespace of its own, and all that goes between it and the two servers in our hands. */
export interface Site {
  readonly namespace: string;
  readonly interruptions: Interruptions;
  readonly lives: Lives;
  /** SIGKILL, and another process at once. */
  strike(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a {@link Site} with a running controller. */
export async function openSite(cluster: TestCluster, simulator: Simulator, kinds: ReadonlySet<string>): Promise<Site> {
  const namespace = await cluster.namespace();
  const [api, aws] = [await startProxiedApiServer(cluster.kubeconfig), await startMeddlingProxy(simulator.url)];
  const interruptions = createInterruptions();
  api.meddle(interruptions.kubernetes);
  aws.meddle(interruptions.aws);
  const lives = createLives(cluster.client, simulator, namespace, kinds);
  const start = async (): Promise<ControllerProcess> => {
    // The former holder is known to be dead; a successor would wait for its Lease to run out.
    const lease = { namespace, name: 'ack-sagemaker.services.k8s.aws' };
    await cluster.client.delete(LEASE, lease).catch((error: unknown) => {
      if (!isApiError(error, 404)) throw error;
    });
    return startController({
      kubeconfig: api.kubeconfig,
      awsUrl: aws.url,
      flags: [
        `--watch-namespace=${namespace}`,
        `--leader-election-namespace=${namespace}`,
        `--reconcile-resources=${[...kinds].join(',')}`,
      ],
    });
  };
  let controller = await start();
  return {
    namespace,
    interruptions,
    lives,
    async strike() {
      await controller.kill();
      interruptions.struck();
      controller = await start();
    },
    async close() {
      lives.stop();
      interruptions.struck();
      await controller.kill();
      await Promise.all([api.close(), aws.close()]);
    },
  };
}
