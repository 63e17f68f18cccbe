// SPDX-License-Identifier: Apache-2.0
import type { Metrics, Polled } from './metrics.ts';

/** How many resources are being watched for a change in AWS, and how. */
export function pollerMetrics(gauge: Metrics['gauge']): Pick<Metrics, 'watchPoller'> {
  const watched = new Map<string, () => Polled>();
  const help = 'Resources that are expected to change in AWS, by how their changes are found';
  gauge('ack_watched_resources', help, ['kind', 'way'], function* () {
    for (const [kind, read] of watched) {
      const { byList, byRead } = read();
      yield [{ kind, way: 'list' }, byList];
      yield [{ kind, way: 'read' }, byRead];
    }
  });
  return { watchPoller: (kind, read) => void watched.set(kind, read) };
}
