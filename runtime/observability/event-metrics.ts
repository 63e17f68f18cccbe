// SPDX-License-Identifier: Apache-2.0
import type { MakeCounter, Metrics } from './metrics.ts';

/** How many Events the recorder has not written. */
export function eventMetrics(counter: MakeCounter): Pick<Metrics, 'watchEvents'> {
  let read = (): number => 0;
  const help = 'Kubernetes Events that were not written: too many at a time, too many of one object, or refused';
  counter('ack_events_dropped_total', help, [], (metric) => {
    metric.reset();
    metric.inc(read());
  });
  return {
    watchEvents(dropped) {
      read = dropped;
    },
  };
}
