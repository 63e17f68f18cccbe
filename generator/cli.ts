// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { Command } from 'commander';
import { formatGeneratorError, GeneratorError } from './errors.ts';
import { mistakesOf } from './mistakes.ts';

const root = path.resolve(import.meta.dirname, '..');

// A command is loaded when it is called: what generates and what bundles takes longer to load than most commands run.
const program = new Command('generator')
  .description('Reads the model of an AWS service and its mappings, and writes a Kubernetes controller for it.')
  .showHelpAfterError();
program
  .command('generate')
  .description('write generated/<service>')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .option('--dry-run', 'tell what would be written, and write nothing', false)
  .option('--json', 'print the result as JSON', false)
  .action(async (options: { service: string; dryRun: boolean; json: boolean }) => {
    const { generateCommand } = await import('./commands/generate.ts');
    await generateCommand(root, options);
  });
program
  .command('check')
  .description('tell which generated files are stale, missing, obsolete or extra; exit 1 if any is')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .option('--json', 'print the result as JSON', false)
  .action(async (options: { service: string; json: boolean }) => {
    const { checkCommand } = await import('./commands/check.ts');
    await checkCommand(root, options);
  });
program
  .command('explain <path>')
  .description('tell what was inferred of a kind or a field, and why: TrainingJob, TrainingJob.resourceConfig')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .option('--json', 'print the result as JSON', false)
  .action(async (target: string, options: { service: string; json: boolean }) => {
    const { explainCommand } = await import('./commands/explain.ts');
    await explainCommand(root, target, options);
  });
program
  .command('scaffold <kind>')
  .description('print a first mapping of a kind, with what is inferred as comments')
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .action(async (kind: string, options: { service: string }) => {
    const { scaffoldCommand } = await import('./commands/scaffold.ts');
    await scaffoldCommand(root, kind, options);
  });
program
  .command('import-model <file>')
  .description(
    'make api-models/<service>/model.json of a Smithy AST, a botocore service-2.json[.gz], or a botocore wheel',
  )
  .option('--service <name>', 'the folder in api-models', 'sagemaker')
  .action(async (file: string, options: { service: string }) => {
    const { importModelCommand } = await import('./commands/import-model.ts');
    await importModelCommand(root, file, options);
  });
program
  .command('bundle')
  .description('bundle generated/<service>/main.ts into dist/<service>/main.mjs')
  .option('--service <name>', 'the folder in generated', 'sagemaker')
  .action(async (options: { service: string }) => {
    const { bundleCommand } = await import('./commands/bundle.ts');
    await bundleCommand(root, options);
  });
program
  .command('image')
  .description('build the image of a bundled controller with docker, podman or buildah')
  .option('--service <name>', 'the folder in generated', 'sagemaker')
  .option('--tool <name>', 'docker, podman or buildah; the first that works unless told')
  .option('--base <image>', 'another base image; "local" makes one of Debian packages and the node package')
  .option('--tag <name>', 'name and tag of the image')
  .option('--source <url>', 'where the source is, for the label')
  .action(async (options: { service: string; tool?: string; base?: string; tag?: string; source?: string }) => {
    const { imageCommand } = await import('./commands/image.ts');
    await imageCommand(root, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GeneratorError)) throw error;
  process.stderr.write(`${formatGeneratorError(error)}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ mistakes: mistakesOf(error) })}\n`);
  process.exitCode = 1;
}
