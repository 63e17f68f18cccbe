// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { membersOf } from '../model/members-of.ts';
import type { Member, ServiceModel } from '../model/model.ts';
import { readModel } from '../model/read-model.ts';
import { kebabCase } from '../names/names.ts';
import { readInput } from '../read-input.ts';

/** Prints a first mapping of a kind: what is inferred as comments, what only a person knows as keys to fill in. */
export async function scaffoldCommand(root: string, kind: string, options: { service: string }): Promise<void> {
  const input = await readInput(root, options.service);
  const model = readModel(input.model.text, input.model.file);
  const kinds = [...model.operations.keys()]
    .filter((name) => /^Create/.test(name))
    .map((name) => name.slice('Create'.length));
  if (!model.operations.has(`Create${kind}`))
    throw new GeneratorError(`the model has no operation Create${kind}${suggestion(kind, kinds)}`);
  process.stderr.write(`save this as api-models/${options.service}/resources/${kebabCase(kind)}.yaml\n`);
  process.stdout.write(scaffold(model, kind));
}

/** The text of a first mapping. */
export function scaffold(model: ServiceModel, kind: string): string {
  const has = (verb: string): boolean => model.operations.has(`${verb}${kind}`);
  const verbs = ['Create', 'Describe', 'Update', 'Delete', 'Stop'];
  const input = membersOf(model, model.operations.get(`Create${kind}`)?.input ?? '');
  const output = membersOf(model, model.operations.get(`Describe${kind}`)?.output ?? '');
  const status = statusMember(model, kind, output);
  const deletion = has('Stop') && /Job$/.test(kind) ? 'stop' : 'delete';
  const required = input.filter(({ traits }) => traits.required).map(({ name }) => name);
  return `${[
    `kind: ${kind}`,
    `# operations found: ${verbs
      .filter(has)
      .map((verb) => `${verb}${kind}`)
      .join(', ')}; missing: ${
      verbs
        .filter((verb) => !has(verb))
        .map((verb) => `${verb}${kind}`)
        .join(', ') || 'none'
    }`,
    ...(input.some(({ name }) => name === `${kind}Name`)
      ? [`# named by ${kind}Name, which defaults to metadata.name`]
      : ['name: TODO # what names it in AWS; none if AWS does']),
    ...(output.some(({ name }) => name === `${kind}Arn`)
      ? []
      : [
          `arn: TODO # one of ${
            output
              .filter(({ name }) => /Arn$/.test(name))
              .map(({ name }) => name)
              .join(', ') || 'no member ends in Arn'
          }`,
        ]),
    `# required: ${required.join(', ')}`,
    'lifecycle:',
    ...(status ? lifecycleLines(model, status, deletion) : ['  kind: config']),
    `  delete: ${deletion}`,
    'notFound: # beside ResourceNotFound, which is always known',
    '  - { code: ValidationException, messagePrefix: TODO }',
  ].join('\n')}\n`;
}

function statusMember(model: ServiceModel, kind: string, output: readonly Member[]): Member | undefined {
  const enums = output.filter(({ name, target }) => /Status$/.test(name) && model.shapes.get(target)?.kind === 'enum');
  return enums.find(({ name }) => name === `${kind}Status`) ?? enums.find(({ name }) => name === 'Status') ?? enums[0];
}

function lifecycleLines(model: ServiceModel, status: Member, deletion: string): string[] {
  const shape = model.shapes.get(status.target);
  const values = shape?.kind === 'enum' ? shape.values : [];
  return [
    `  kind: ${deletion === 'stop' ? 'run-to-completion' : 'service'}`,
    `  status: ${status.name}`,
    '  states: # creating, running, updating, stopping, deleting, ready, succeeded, stopped, failed or gone',
    ...values.map((value) => `    ${value}: TODO`),
  ];
}
