// SPDX-License-Identifier: Apache-2.0
import { type Clock, systemClock } from '../../runtime/clock.ts';

/** Why a command stopped early: somebody asked it to. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** 128 and the signal's number, as shells have it. */
  readonly exitCode: number;

  constructor(reason: string, exitCode: number) {
    super(`interrupted: ${reason}`);
    this.exitCode = exitCode;
  }
}

/** Catches what asks a command to end. */
export interface Interrupts {
  /** Aborts with {@link Interrupted}. */
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  dispose(): void;
}

/** The part of `process` that is listened to. */
export interface InterruptSource {
  readonly ppid: number;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const PARENT_CHECK_MS = 1_000;

/**
 * Aborts on the first Ctrl-C, hang-up or SIGTERM, and when the parent is gone: npm passes SIGTERM on to its shell, which ends without a
 * word to us. More of them change nothing while the command cleans up, as npm may pass on what the terminal has sent already.
 */
export function catchInterrupts(source: InterruptSource = process, clock: Clock = systemClock): Interrupts {
  const controller = new AbortController();
  const listeners = Object.entries(exitCodes).map(([name, exitCode]) => {
    const signal = name as keyof typeof exitCodes;
    const listener = (): void => controller.abort(new Interrupted(signal, exitCode));
    source.on(signal, listener);
    return { signal, listener };
  });
  const parent = source.ppid;
  const checkParent = (): void => {
    if (source.ppid !== parent) controller.abort(new Interrupted('the parent process is gone', exitCodes.SIGHUP));
    else cancelCheck = clock.after(PARENT_CHECK_MS, checkParent);
  };
  let cancelCheck = clock.after(PARENT_CHECK_MS, checkParent);
  return {
    signal: controller.signal,
    dispose() {
      cancelCheck();
      for (const { signal, listener } of listeners) source.off(signal, listener);
    },
  };
}

/** Runs a command's main function. A failure is one message on standard error and exit code 1, never a stack trace. */
export async function runMain(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupts = catchInterrupts();
  try {
    await main(interrupts.signal);
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
    if (!(error instanceof Interrupted)) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  } finally {
    interrupts.dispose();
  }
}
