// SPDX-License-Identifier: Apache-2.0
import { claim } from './create.ts';
import { AT_ONCE } from './explain-error.ts';
import type { Finding } from './finding.ts';
import { isNamedByAws } from './found-again.ts';
import { readIntent } from './intent.ts';
import { mayStillAppear } from './may-appear.ts';
import { type Reading, readAws } from './observe.ts';
import { isOurs } from './ownership.ts';
import type { Pass } from './pass.ts';
import { nextLook, pollNext } from './schedule.ts';
import { underSentKey } from './sent-create.ts';
import { settleFound } from './settle.ts';
import { resolveTarget } from './target.ts';

/**
 * Looks for what a create of ours, of which no answer is known, may have made where it was sent, if the object now asks for another name
 * or another region: with a second create the first would be forgotten. Undefined where it asks for the same, or where only the create's
 * token finds what it made.
 */
export async function lookWhereSent(pass: Pass): Promise<Finding | undefined> {
  const former = underSentKey(pass);
  if (isNamedByAws(pass) || (!former && !isMoved(pass))) return undefined;
  const there: Pass = former ? { ...pass, desired: former } : pass;
  const reading = await readAws(there);
  if (reading.kind === 'found' && (await isOurs(there, reading)))
    return former ? renamed(there, reading) : settleFound(pass, reading);
  delete pass.observed;
  if (reading.kind === 'absent' && mayStillAppear(pass)) {
    const message = `${pass.object.kind} may have been created before the edit; AWS does not show it yet.`;
    return { next: pollNext(pass), waiting: { reason: 'Created', message } };
  }
  // There is nothing of ours. The next pass creates where the object says now.
  await claim(pass);
  return { next: AT_ONCE, silent: true };
}

/** Whether the create was sent to another region than the object asks for now. */
function isMoved({ object, options, target }: Pass): boolean {
  const asked = resolveTarget(object, options);
  return asked.kind === 'resolved' && asked.target.region !== target?.region;
}

/** It is the object's, under the key that it has; nothing of it is changed. */
function renamed(there: Pass, { observed, arn }: Extract<Reading, { kind: 'found' }>): Finding {
  if (arn !== undefined) there.memory.created = { arn };
  delete there.memory.sentSpec;
  const key = Object.entries(readIntent(there.object)?.sent?.key ?? {}).map(([name, value]) => `${name} ${value}`);
  const message = `The resource had been created as ${key.join(', ')} before that was edited. Set it back, or delete the object and create it anew.`;
  return {
    next: nextLook(there, observed),
    observed,
    arn,
    problem: { type: 'terminal', reason: 'Immutable', message },
  };
}
