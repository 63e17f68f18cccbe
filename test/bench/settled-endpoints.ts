// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { startController } from '../environment/controller-process.ts';
import { sagemakerType } from '../support/cluster.ts';
import type { Measurement } from './measurement.ts';
import type { BenchEnvironment } from './with-environment.ts';

const endpoints = sagemakerType('Endpoint');
const count = 300;
const watchedMs = 90_000;
const settleMs = 120_000;

/** Lets many endpoints settle and counts what they cost while nothing happens. */
export async function measureSettledEndpoints(
  { cluster, simulator, kubeconfig }: BenchEnvironment,
  say: (line: string) => void,
): Promise<Measurement[]> {
  const namespace = await cluster.namespace();
  const variant = { VariantName: 'a', InitialInstanceCount: 1, InstanceType: 'ml.m5.large', ModelName: 'settled' };
  simulator.resources.seed({ kind: 'Model', name: 'settled' });
  simulator.resources.seed({ kind: 'EndpointConfig', name: 'settled', input: { ProductionVariants: [variant] } });
  const controller = await startController({ kubeconfig, awsUrl: simulator.url });
  try {
    await controller.ready();
    say(`${count} endpoints, until all are in service`);
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        cluster.client.create(endpoints, namespace, {
          apiVersion: 'sagemaker.services.k8s.aws/v1alpha1',
          kind: 'Endpoint',
          metadata: { name: `settled-${index}`, namespace },
          spec: { endpointName: `settled-${index}`, endpointConfigName: 'settled' },
        }),
      ),
    );
    const versions = async (): Promise<ReadonlyMap<string, CustomResource>> => {
      const { items } = await cluster.client.list<CustomResource>(endpoints, { namespace, limit: 500 });
      return new Map(items.map((item) => [item.metadata.name, item]));
    };
    const isReady = ({ status }: CustomResource): boolean => isTrue(status?.conditions, 'Ready');
    const deadline = performance.now() + settleMs;
    while (![...(await versions()).values()].every(isReady)) {
      if (performance.now() > deadline) throw new Error(`not all endpoints were in service in ${settleMs / 1000} s`);
      await sleep(1_000);
    }
    say(`${watchedMs / 1000} s in which nothing happens`);
    const before = await versions();
    const calls = simulator.calls.count();
    await sleep(watchedMs);
    const after = await versions();
    const version = (item: CustomResource | undefined): string | undefined => item?.metadata.resourceVersion;
    const written = [...after].filter(([name, item]) => version(item) !== version(before.get(name))).length;
    const name = `${count} settled endpoints for ${watchedMs / 1000} s`;
    return [
      { name: `${name}: objects written`, value: written, unit: 'writes', budget: 0, ack: '913, read every 30 s' },
      {
        name: `${name}: AWS calls`,
        value: simulator.calls.count() - calls,
        unit: 'calls',
        budget: 9,
        ack: '900, read every 30 s',
      },
    ];
  } finally {
    await controller.stop();
  }
}
