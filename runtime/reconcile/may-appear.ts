// SPDX-License-Identifier: Apache-2.0
import { readIntent } from './intent.ts';
import { arnOf, type Pass } from './pass.ts';
import { AWS_LAGS_MS } from './pauses.ts';

/**
 * Whether a create of ours is so recent that AWS may not show yet what came of it: by its answer, or by the intent where a former process
 * sent it. An intent carries AWS's time, so its age is told by AWS's time as well. It was written before the create had its turn, which may
 * have come just before this process saw the object first: while no ARN tells of an answer, the wait counts from there too.
 */
export function mayStillAppear(pass: Pass): boolean {
  const { clock, sessions } = pass.options;
  const { createdAt } = pass.memory;
  if (createdAt !== undefined) return clock.monotonic() - createdAt < AWS_LAGS_MS;
  const isSeenLately = clock.monotonic() - (pass.memory.seenAt ?? 0) < AWS_LAGS_MS;
  if (isSeenLately && pass.memory.mayHaveCreated && arnOf(pass) === undefined) return true;
  return sessions.now() - (readIntent(pass.object)?.time ?? 0) < AWS_LAGS_MS;
}
