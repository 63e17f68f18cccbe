// SPDX-License-Identifier: Apache-2.0
import {
  type ControllerOptions,
  type ControllerProcess,
  startController,
} from '../../environment/controller-process.ts';

/** A controller that is started again whenever it ends, as a kubelet does. */
export interface KeptController {
  /** Of the process that runs now. */
  readonly pid: number;
  /** The last line of each process that ended by itself. */
  readonly ends: readonly string[];
  /** What no process may ever print: defects, unhandled rejections, stacks. */
  readonly defects: readonly string[];
  /** How many processes there have been. */
  readonly starts: number;
  /** Ends it in order and starts another one that knows nothing of what went wrong before. */
  renew(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

/** As a kubelet's first pause, shortened. */
const RESTART_MS = 1_000;
const READY_MS = 90_000;
const DEFECT = /defect|unhandled|"stack"|MaxListenersExceeded/i;

/** Starts a controller, waits until it is ready, and keeps it running. */
export async function keepController(options: ControllerOptions): Promise<KeptController> {
  const ends: string[] = [];
  const defects: string[] = [];
  let starts = 0;
  let isMeant = false;
  let restarting: Promise<void> | undefined;
  let controller: ControllerProcess;

  const onLine = (line: string): void => {
    if (DEFECT.test(line)) defects.push(line);
    options.onLine?.(line);
  };
  const start = async (): Promise<void> => {
    controller = await startController({ ...options, onLine });
    starts++;
    const { exited, lines } = controller;
    void exited.then(() => {
      if (isMeant) return;
      ends.push(lines.at(-1) ?? '');
      restarting = new Promise<void>((resolve) => setTimeout(resolve, RESTART_MS)).then(() =>
        isMeant ? undefined : start(),
      );
    });
  };
  const begin = async (): Promise<void> => {
    await start();
    await controller.ready(READY_MS);
  };
  await begin();
  return {
    get pid() {
      return controller.pid;
    },
    ends,
    defects,
    get starts() {
      return starts;
    },
    async renew() {
      isMeant = true;
      await restarting;
      await controller.stop();
      isMeant = false;
      await begin();
    },
    async end() {
      isMeant = true;
      await restarting;
      await controller.kill();
    },
  };
}
