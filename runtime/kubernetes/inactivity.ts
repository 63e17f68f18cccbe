// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';

/** Options of {@link withInactivityLimit}. */
export interface InactivityLimit {
  readonly clock: Clock;
  /** Until `active` gives another one. */
  readonly limitMs: number;
  /** Ends the work too. */
  readonly signal: AbortSignal;
}

/**
 * Runs work that calls `active` whenever it makes progress, and aborts the work's own signal when it has not for as long as was last given:
 * the only sign of a connection whose other end vanished without a word. True when it was cut for silence; what else the work throws is thrown.
 */
export async function withInactivityLimit(
  { clock, limitMs, signal }: InactivityLimit,
  work: (signal: AbortSignal, active: (limitMs?: number) => void) => Promise<void>,
): Promise<boolean> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  let isSilent = false;
  const onSilence = (): void => {
    isSilent = true;
    controller.abort(new Error('nothing was heard for too long'));
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  let currentMs = limitMs;
  let cancel = clock.after(currentMs, onSilence);
  try {
    await work(controller.signal, (nextMs = currentMs) => {
      cancel();
      currentMs = nextMs;
      cancel = clock.after(currentMs, onSilence);
    });
  } catch (error) {
    if (!isSilent || signal.aborted) throw error;
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
  return isSilent;
}
