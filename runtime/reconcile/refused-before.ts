// SPDX-License-Identifier: Apache-2.0
import { findCondition, type Problem } from './conditions.ts';
import type { Pass } from './pass.ts';
import { wishChange } from './schedule.ts';

/** Whether AWS, or a look at the values, refused the very same wish before: it is not sent again before an edit. */
export function isRefusedBefore(pass: Pass): boolean {
  const terminal = findCondition(pass.object.status?.conditions, 'ACK.Terminal');
  return wishChange(pass) === 'same' && terminal?.status === 'True' && terminal.reason === 'Invalid';
}

/** What was told of it, which still holds. */
export function refusedBefore(pass: Pass): Problem {
  const terminal = findCondition(pass.object.status?.conditions, 'ACK.Terminal');
  return { type: 'terminal', reason: 'Invalid', message: terminal?.message ?? 'AWS refused the update.' };
}
