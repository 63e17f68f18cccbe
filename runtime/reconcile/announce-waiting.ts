// SPDX-License-Identifier: Apache-2.0
import type { Pass } from './pass.ts';
import { writeStatus } from './status.ts';

// Shorter waits are over before anybody looks.
const WORTH_TELLING_MS = 1_000;

/**
 * Writes a first status while a call waits for its turn in the rate of its account: nobody should have to guess whether an object was
 * seen. Only for objects that have no conditions yet, so that waiting costs one write at most.
 */
export function announceWaiting(pass: Pass, operation: string, ms: number): void {
  if (ms < WORTH_TELLING_MS || pass.announcement || (pass.object.status?.conditions?.length ?? 0) > 0) return;
  const message = `${operation} waits for its turn: the calls to AWS of this account and region are rate-limited.`;
  const written = writeStatus(pass, { next: { kind: 'done' }, waiting: { reason: 'Queued', message } });
  pass.announcement = written.then(
    () => undefined,
    // The pass writes the status again when the call has been answered, and fails aloud if that cannot be done.
    (error: unknown) => pass.log.warn({ error: String(error) }, 'Status could not be written while a call waited'),
  );
}
