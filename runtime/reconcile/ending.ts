// SPDX-License-Identifier: Apache-2.0
import type { OperationDefinition } from '../definition.ts';
import { isSameWish } from './memory.ts';
import type { Pass } from './pass.ts';
import { AWS_LAGS_MS, SLOW } from './pauses.ts';
import { backoffDelay } from './poll-delay.ts';
import type { ResourceState } from './resource-state.ts';

/**
 * Whether a stop or delete has to wait since AWS accepted it before: a moment ago, so that what AWS shows may be older; or it failed
 * there, or changed nothing, and its pause is not over. An edit ends the pause.
 */
export function mustWait(pass: Pass, operation: OperationDefinition, state: ResourceState | undefined): boolean {
  const { ending } = pass.memory;
  if (ending?.operation !== operation.name) return false;
  const now = pass.options.clock.monotonic();
  if (!hasFailed(pass, state) && now - ending.at < AWS_LAGS_MS) return true;
  return now < ending.until && isSameWish(ending.wish, pass.wish);
}

/** Remembers a stop or delete that AWS accepted while it showed this state, and answers how often it has been sent. */
export function rememberSent(pass: Pass, { name }: OperationDefinition, state: ResourceState | undefined): number {
  const { clock, random } = pass.options;
  const former = pass.memory.ending?.operation === name ? pass.memory.ending : undefined;
  const count = (former?.count ?? 0) + 1;
  const at = clock.monotonic();
  const until = at + backoffDelay(SLOW, count, random);
  const failure = former ? (former.failure ?? withoutEffect(pass, name, state)) : undefined;
  const sent = { operation: name, state: state?.value, at, until, count, wish: pass.wish };
  pass.memory.ending = failure === undefined ? sent : { ...sent, failure };
  return count;
}

/** Remembers what AWS says of a stop or delete that it accepted and that failed there. */
export function rememberFailure(pass: Pass, state: ResourceState | undefined): void {
  const { ending } = pass.memory;
  if (!ending || !state || !hasFailed(pass, state)) return;
  const failure = state.failureReason ?? `${pass.object.kind} is in ${state.value} status after ${ending.operation}.`;
  pass.memory.ending = { ...ending, failure };
}

/** A resource that had failed before is in the same state while AWS does not show what became of the call. */
function hasFailed({ memory }: Pass, state: ResourceState | undefined): boolean {
  return state?.class === 'failed' && state.value !== memory.ending?.state;
}

function withoutEffect({ object }: Pass, operation: string, state: ResourceState | undefined): string {
  const still = state ? `is still in ${state.value} status` : 'is still there';
  return `AWS accepted ${operation}, but ${object.kind} ${still}.`;
}
