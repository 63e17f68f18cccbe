// SPDX-License-Identifier: Apache-2.0
import { failureFields } from '../observability/failure-fields.ts';
import type { Explanation } from './conditions.ts';
import type { Pass } from './pass.ts';
import { writeStatus } from './status.ts';

// Shorter waits are over before anybody looks.
const WORTH_TELLING_MS = 1_000;

/**
 * Writes a first status while a call waits, for its turn in the rate of its account or for its answer: nobody should have to guess
 * whether an object was seen. Only for objects that have no conditions yet, so that waiting costs one write at most.
 */
export function announceWaiting(pass: Pass, waiting: Explanation, ms: number): void {
  if (ms < WORTH_TELLING_MS || pass.announcement || (pass.object.status?.conditions?.length ?? 0) > 0) return;
  const written = writeStatus(pass, { next: { kind: 'done' }, waiting });
  pass.announcement = written.then(
    () => undefined,
    // The pass writes the status again when the call has been answered, and fails aloud if that cannot be done.
    (error: unknown) => pass.log.warn(failureFields(error), 'Status could not be written while a call waited'),
  );
}
