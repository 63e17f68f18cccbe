// SPDX-License-Identifier: Apache-2.0
import type { FaultAction } from '../../environment/simulator/faults/fault.ts';

/** One way in which AWS fails an object: so many of its calls go wrong, one after another. */
export interface AwsFault {
  /** After "an AWS that". */
  readonly title: string;
  readonly action: FaultAction;
  readonly times: number;
  /** Only the call that creates or deletes goes wrong, since it is held up for long. */
  readonly onlyWrites?: true;
}

/** What AWS and the network before it do to callers; an answer that does not come is waited for by the time limit of the caller. */
export const awsFaults: readonly AwsFault[] = [
  { title: 'throttles', action: { kind: 'throttle' }, times: 3 },
  { title: 'answers 500', action: { kind: 'server-error' }, times: 4 },
  { title: 'answers 503', action: { kind: 'server-error', status: 503 }, times: 4 },
  { title: 'resets connections before it acts', action: { kind: 'reset', when: 'before' }, times: 4 },
  { title: 'acts and resets the connection', action: { kind: 'reset', when: 'after' }, times: 4 },
  { title: 'acts after 30 s', action: { kind: 'latency', ms: 30_000 }, times: 1, onlyWrites: true },
  { title: 'acts and never answers', action: { kind: 'hang', when: 'after' }, times: 1, onlyWrites: true },
  { title: 'never acts and never answers', action: { kind: 'hang', when: 'before' }, times: 1, onlyWrites: true },
  { title: 'cuts answers off', action: { kind: 'malformed', how: 'truncated' }, times: 3 },
  { title: 'answers half of its JSON', action: { kind: 'malformed', how: 'not-json' }, times: 3 },
  { title: 'answers with a web page', action: { kind: 'malformed', how: 'html' }, times: 3 },
  { title: 'answers nothing', action: { kind: 'malformed', how: 'empty' }, times: 3 },
  { title: 'says that the token has expired', action: { kind: 'expired-token' }, times: 1 },
  { title: 'says that the signature is too old', action: tooOld(), times: 1 },
];

function tooOld(): FaultAction {
  const message = 'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z';
  return { kind: 'error', code: 'InvalidSignatureException', message, status: 403 };
}
