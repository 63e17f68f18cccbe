// SPDX-License-Identifier: Apache-2.0
import { Command, InvalidArgumentError } from 'commander';
import { startSimulator } from './simulator/start-simulator.ts';

interface Flags {
  readonly port: number;
  readonly speed: number;
  readonly account: string;
  readonly region: string;
}

const program = new Command('simulator')
  .description('Serves SageMaker and STS on 127.0.0.1, with state, lifecycles and faults (docs/simulator.md).')
  .option('--port <number>', 'port to listen on; 0 takes a free one', number(0, 65_535), 4599)
  .option('--speed <factor>', 'how many times faster lifecycles run', number(0.001, 100_000), 1)
  .option('--account <id>', 'account of every access key', account, '111122223333')
  .option('--region <name>', 'region in which resources are seeded', 'us-west-2')
  .action(run);

await program.parseAsync();

async function run(flags: Flags): Promise<void> {
  try {
    const simulator = await startSimulator(flags);
    process.stdout.write(`simulator: listening on ${simulator.url}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const reason = taken ? `port ${flags.port} is taken; choose another one with --port` : (error as Error).message;
    process.stderr.write(`simulator: ${reason}\n`);
    process.exitCode = 1;
  }
}

function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

function account(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 12 digits.');
}
