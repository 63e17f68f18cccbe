// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { explainCommand } from './commands/explain.ts';
import { generateCommand } from './commands/generate.ts';
import { importModelCommand } from './commands/import-model.ts';
import { scaffoldCommand } from './commands/scaffold.ts';
import { formatGeneratorError, GeneratorError } from './errors.ts';

const root = path.resolve(import.meta.dirname, '..');

const program = new Command('generator')
  .description('Reads the model of an AWS service and its mappings, and writes a Kubernetes controller for it.')
  .showHelpAfterError();
program
  .command('generate')
  .description('write generated/<service>')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .option('--dry-run', 'tell what would be written, and write nothing', false)
  .option('--json', 'print the result as JSON', false)
  .action((options: { service: string; dryRun: boolean; json: boolean }) => generateCommand(root, options));
program
  .command('check')
  .description('tell which generated files are stale, missing or extra; exit 1 if any is')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .option('--json', 'print the result as JSON', false)
  .action((options: { service: string; json: boolean }) => checkCommand(root, options));
program
  .command('explain <path>')
  .description('tell what was inferred of a kind or a field, and why: TrainingJob, TrainingJob.resourceConfig')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .option('--json', 'print the result as JSON', false)
  .action((target: string, options: { service: string; json: boolean }) => explainCommand(root, target, options));
program
  .command('scaffold <kind>')
  .description('print a first mapping of a kind, with what is inferred as comments')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .action((kind: string, options: { service: string }) => scaffoldCommand(root, kind, options));
program
  .command('import-model <file>')
  .description(
    'make api-models/<service>/model.json of a Smithy AST, a botocore service-2.json[.gz], or a botocore wheel',
  )
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .action((file: string, options: { service: string }) => importModelCommand(root, file, options));
program
  .command('bundle')
  .description('bundle generated/<service>/main.ts into dist/<service>/main.mjs')
  .option('--service <name>', 'the folder in generated', 'sagemaker')
  .action(async (options: { service: string }) => {
    // esbuild is loaded for this command only.
    const { bundleCommand } = await import('./commands/bundle.ts');
    await bundleCommand(root, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GeneratorError)) throw error;
  process.stderr.write(`${formatGeneratorError(error)}\n`);
  process.exitCode = 1;
}
