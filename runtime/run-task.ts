// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { applyCrds } from './apply-crds.ts';
import { systemClock } from './clock.ts';
import type { Environment } from './config/flags.ts';
import type { ServiceDefinition } from './definition.ts';
import { createKubernetesClient } from './kubernetes/client.ts';
import { loadKubeconfig } from './kubernetes/kubeconfig.ts';
import { createLog } from './observability/log-pino.ts';
import { probe } from './probe.ts';
import { isExplained, StartFailure } from './start-failure.ts';

/** Options of {@link runTask}. */
export interface TaskOptions {
  readonly task: string;
  /** What stands after the task's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly service: Pick<ServiceDefinition, 'group'>;
  readonly program: string;
  readonly version: string;
}

/**
 * Does one task and answers the exit code: `apply-crds [--kubeconfig FILE] [--crds FOLDER]`, with the folder `crds` beside the program
 * unless told, and `probe URL`.
 */
export async function runTask(options: TaskOptions): Promise<number> {
  const log = createLog({ level: 'info', development: false });
  try {
    await (options.task === 'probe' ? runProbe(options.argv) : runApplyCrds(options, log));
    return 0;
  } catch (error) {
    if (isExplained(error)) {
      log.error({}, error.message);
    } else {
      log.error({ err: error }, 'Ends because of a defect');
    }
    return 1;
  }
}

async function runProbe([url = '', ...rest]: readonly string[]): Promise<void> {
  if (rest.length > 0) {
    throw new StartFailure('probe takes one URL');
  }
  await probe({ url, clock: systemClock, print: (text) => process.stdout.write(text) });
}

async function runApplyCrds(options: TaskOptions, log: ReturnType<typeof createLog>): Promise<void> {
  const { argv, env, service, program, version } = options;
  const { kubeconfig, crds } = readFlags(argv);
  const client = createKubernetesClient(loadKubeconfig({ path: kubeconfig, env }), {
    fieldManager: program,
    userAgent: `${program}/${version}`,
    env,
  });
  try {
    await applyCrds({ client, folder: crds ?? besideProgram(), group: service.group, log });
  } finally {
    await client.close();
  }
}

function readFlags(argv: readonly string[]): { kubeconfig: string | undefined; crds: string | undefined } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { kubeconfig: { type: 'string' }, crds: { type: 'string' } },
    });
    return { kubeconfig: values.kubeconfig, crds: values.crds };
  } catch (error) {
    throw new StartFailure(`apply-crds: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function besideProgram(): string {
  return path.join(path.dirname(realpathSync(process.argv[1] ?? '.')), 'crds');
}
