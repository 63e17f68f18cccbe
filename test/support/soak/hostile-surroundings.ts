// SPDX-License-Identifier: Apache-2.0
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { isWatch, type Meddler } from '../meddling-proxy.ts';

/** Lets a part of all calls to AWS go wrong, in every way that passes by itself. */
export function makeAwsHostile({ faults }: Simulator): void {
  faults.add({ action: { kind: 'latency', ms: 0, maxMs: 60 } });
  faults.add({ probability: 0.03, action: { kind: 'throttle' } });
  faults.add({ probability: 0.02, action: { kind: 'server-error', status: 503 } });
  faults.add({ probability: 0.01, action: { kind: 'reset', when: 'before' } });
  faults.add({ probability: 0.01, action: { kind: 'reset', when: 'after' } });
  faults.add({ probability: 0.005, action: { kind: 'malformed', how: 'truncated' } });
}

const CUT = 0.01;
const UNAVAILABLE = 0.01;
/** Watches live so long at least, and twice as long at most. */
const WATCH_MS = 10_000;

/** Cuts connections to the API server, before and after it acted, and every watch after a while; `onCut` is told of each of those. */
export function hostileApiServer(random: () => number, onCut: () => void): Meddler {
  return async (request, forward) => {
    const { path, method } = request;
    const chance = random();
    if (isWatch(request)) {
      const answer = await forward();
      const body = answer.body;
      if (typeof body === 'string') return answer;
      const cut = setTimeout(
        () => {
          onCut();
          body.destroy();
        },
        WATCH_MS * (1 + chance),
      );
      body.once('close', () => clearTimeout(cut));
      cut.unref();
      return answer;
    }
    // Without its Lease for ten seconds a controller ends, as it has to.
    if (path.includes('/leases')) return forward();
    if (chance < CUT / 2) return 'cut';
    if (chance < CUT && method !== 'GET') {
      await forward();
      return 'cut';
    }
    if (chance > 1 - UNAVAILABLE) {
      const headers = { 'content-type': 'application/json' };
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'ServiceUnavailable', code: 503 };
      return { status: 503, headers, body: JSON.stringify({ ...status, message: 'etcd is busy' }) };
    }
    return forward();
  };
}
