// SPDX-License-Identifier: Apache-2.0

/** Why a command stopped early: somebody asked it to. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** 128 and the signal's number, as shells have it. */
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals, exitCode: number) {
    super(`interrupted by ${signal}`);
    this.exitCode = exitCode;
  }
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Aborts with {@link Interrupted} on the first Ctrl-C, hang-up or SIGTERM. More of them change nothing while the command cleans up, as
 * npm passes on what the terminal has sent already. `dispose` gives the signals their usual meaning back.
 */
export function catchInterrupts(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listeners = Object.entries(exitCodes).map(([name, exitCode]) => {
    const signal = name as keyof typeof exitCodes;
    const listener = (): void => controller.abort(new Interrupted(signal, exitCode));
    process.on(signal, listener);
    return { signal, listener };
  });
  return {
    signal: controller.signal,
    dispose() {
      for (const { signal, listener } of listeners) process.off(signal, listener);
    },
  };
}

/** Runs a command's main function: its result is the exit code; a failure is one message on standard error and 1, never a stack trace. */
export async function runMain(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interrupts = catchInterrupts();
  try {
    await main(interrupts.signal);
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
    if (!(error instanceof Interrupted))
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    interrupts.dispose();
  }
}
