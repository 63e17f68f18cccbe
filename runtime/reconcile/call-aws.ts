// SPDX-License-Identifier: Apache-2.0
import { isAwsError, isUnreached } from '../aws/aws-error.ts';
import type { AwsAnswer } from '../aws/aws-session.ts';
import type { OperationDefinition } from '../definition.ts';
import { classOf } from './explain-error.ts';
import { isSameWish } from './memory.ts';
import { isUnsent, LeadershipLost, Overtaken, type Pass, wishOf } from './pass.ts';
import { forgetPlace, keepPlace, movePlaces, placeOf } from './place-in-line.ts';

/**
 * Calls AWS once, in the pass's target, in the place in the line that the call has from before, if it has one. A write first makes sure, at
 * the last moment before it leaves, that the Lease is held and that the object is still what the pass works towards: it may have waited
 * for hours. Throws `AwsError`, {@link LeadershipLost} or {@link Overtaken}.
 */
export async function callAws(
  pass: Pass,
  operation: Pick<OperationDefinition, 'name' | 'command' | 'class'>,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (!pass.session) throw new Error(`${operation.name} was called before its target was resolved`);
  const sinceMs = placeOf(pass, operation.name);
  let stopped: unknown;
  let isSent = false;
  let unpark: (() => void) | undefined;
  let resumeTimeout: (() => void) | undefined;
  try {
    const output = await pass.session.call(operation, input, {
      signal: pass.signal,
      since: sinceMs,
      beforeSend() {
        // Here, since the time that AWS takes to answer counts for the timeout; parked the pass stays, since it still only waits.
        resumeTimeout?.();
        try {
          if (operation.class !== 'observe') assertWritable(pass);
        } catch (error) {
          stopped = error;
          throw error;
        }
        isSent = true;
      },
      onWait(ms) {
        unpark = pass.park?.();
        resumeTimeout = pass.holdTimeout?.();
        pass.onWait?.(operation.name, ms);
      },
      onAnswer: (answer) => logAnswer(pass, operation, answer),
    });
    forgetPlace(pass, operation.name);
    return output;
  } catch (thrown) {
    // The session may wrap what the checks threw; it is told apart here.
    const error = stopped ?? thrown;
    if (!isSent || isThrownBack(pass, error)) keepPlace(pass, operation.name, sinceMs);
    else forgetPlace(pass, operation.name);
    if (error instanceof Overtaken) movePlaces(pass);
    throw error;
  } finally {
    resumeTimeout?.();
    unpark?.();
  }
}

/** Throws {@link LeadershipLost}, or {@link Overtaken} where the newest version of the object wants something else than the pass. */
function assertWritable({ options, key, memory, wish, desired }: Pass): void {
  try {
    options.assertLeading();
  } catch (cause) {
    throw new LeadershipLost('the Lease is no longer held', { cause });
  }
  const newest = options.store.get(key);
  const isSame =
    newest?.metadata.uid === memory.uid &&
    newest.metadata.deletionTimestamp === desired.metadata.deletionTimestamp &&
    isSameWish(wishOf(newest), wish);
  if (!isSame) throw new Overtaken('the object was changed or deleted before the call was sent');
}

/** Whether a call failed for no reason of its own. A refusal that lasts must not stand before what has not been tried. */
function isThrownBack(pass: Pass, error: unknown): boolean {
  if (!isAwsError(error)) return isUnsent(error);
  return (isUnsent(error) && !isUnreached(error)) || classOf(pass, error) === 'throttled';
}

/** One line a call, with the id by which AWS knows it; what reads is only for who debugs. */
function logAnswer({ log }: Pass, operation: Pick<OperationDefinition, 'name' | 'class'>, answer: AwsAnswer): void {
  const { requestId, ms, error } = answer;
  const fields = {
    operation: operation.name,
    ...(requestId === undefined ? {} : { awsRequestID: requestId }),
    ms: Math.round(ms),
    ...(error ? { code: error.code } : {}),
  };
  if (operation.class === 'observe') log.debug(fields, 'AWS was asked');
  else log.info(fields, error ? 'AWS did not take a write' : 'AWS took a write');
}
