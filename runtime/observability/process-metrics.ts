// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * The usual `process_*` metrics and a few of Node's, each read when it is scraped. prom-client's own collection also starts a timer of
 * 10 ms for the event loop's delay, which an idle controller should not pay for.
 */
export function registerProcessMetrics(registry: Registry): void {
  const registers = [registry];
  let cpuSeconds = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of this process',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const now = (user + system) / 1e6;
      this.inc(Math.max(now - cpuSeconds, 0));
      cpuSeconds = now;
    },
  });
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value !== undefined) {
          this.set(value);
        }
      },
    });
  };
  const startedAt = Date.now() / 1000 - process.uptime();
  gauge('process_start_time_seconds', 'Start of this process, seconds since the epoch', () => startedAt);
  gauge('process_resident_memory_bytes', 'Memory of this process', () => process.memoryUsage.rss());
  gauge('process_open_fds', 'Open file descriptors', countOpenFiles);
  gauge('nodejs_heap_size_used_bytes', 'Heap in use', () => process.memoryUsage().heapUsed);
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  gauge('nodejs_eventloop_utilization', 'Share of time the event loop was busy since the last scrape', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  });
}

/** Undefined where there is no /proc. */
function countOpenFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}
