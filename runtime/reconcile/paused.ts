// SPDX-License-Identifier: Apache-2.0
import { PAUSED } from './annotations.ts';
import type { Finding } from './finding.ts';
import type { Pass } from './pass.ts';

/** An object that its user paused: one advisory, and nothing else, neither in AWS nor on the object. */
export function paused(pass: Pass): Finding {
  const deleting = pass.object.metadata.deletionTimestamp === undefined ? '' : ' Its deletion waits, too.';
  return {
    next: { kind: 'done' },
    onlyAdvise: {
      reason: 'Paused',
      message: `Nothing is done with this object while it is annotated ${PAUSED}=true.${deleting}`,
    },
  };
}
