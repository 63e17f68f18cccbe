// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { createMetrics } from '../../../runtime/observability/metrics.ts';
import { markOf } from '../../../runtime/reconcile/object-mark.ts';

function mark(conditions: Record<string, 'True' | 'False'>, isDeleting = false): number {
  const metadata = { name: 'x', uid: 'u', resourceVersion: '1', ...(isDeleting && { deletionTimestamp: 'now' }) };
  const list = Object.entries(conditions).map(([type, status]) => ({ type, status }));
  return markOf({ apiVersion: 'v1', kind: 'X', metadata, status: { conditions: list } } as CustomResource);
}

const series = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('ack_resource'));

describe('objects by kind and condition', () => {
  test('are counted anew at each scrape', async () => {
    const metrics = createMetrics();
    let jobs = [
      mark({ Ready: 'True' }),
      mark({ Ready: 'True', 'ACK.Advisory': 'True' }),
      mark({ Ready: 'False' }, true),
    ];
    metrics.watchObjects('TrainingJob', () => jobs);
    metrics.watchObjects('Model', () => []);
    expect(await series(metrics)).toEqual([
      'ack_resources{kind="TrainingJob"} 3',
      'ack_resources{kind="Model"} 0',
      'ack_resources_deleting{kind="TrainingJob"} 1',
      'ack_resources_deleting{kind="Model"} 0',
      'ack_resource_conditions{kind="TrainingJob",condition="Ready",status="True"} 2',
      'ack_resource_conditions{kind="TrainingJob",condition="ACK.Advisory",status="True"} 1',
      'ack_resource_conditions{kind="TrainingJob",condition="Ready",status="False"} 1',
    ]);
    jobs = [];
    expect(await series(metrics)).not.toContainEqual(expect.stringContaining('ack_resource_conditions{'));
  });

  test('are not told while they are not all known', async () => {
    const metrics = createMetrics();
    metrics.watchObjects('TrainingJob', () => undefined);
    expect(await series(metrics)).toEqual([]);
  });
});
