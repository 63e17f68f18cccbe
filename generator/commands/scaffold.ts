// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { membersOf } from '../model/members-of.ts';
import type { Member, ServiceModel } from '../model/model.ts';
import { readModel } from '../model/read-model.ts';
import { kebabCase } from '../names/names.ts';
import { readInput } from '../read-input.ts';
import { stateClasses } from '../resource-model.ts';

const verbs = ['Create', 'Describe', 'Update', 'Delete', 'Stop'] as const;

/** Prints a first mapping of a kind: what is inferred as comments, what only a person knows as keys to fill in. */
export async function scaffoldCommand(root: string, kind: string, options: { service: string }): Promise<void> {
  const input = await readInput(root, options.service);
  const text = scaffold(readModel(input.model.text, input.model.file), kind);
  const file = `api-models/${options.service}/resources/${kebabCase(kind)}.yaml`;
  const exists = input.mappings.some((mapping) => mapping.file === file);
  process.stderr.write(exists ? `${kind} has a mapping, ${file}; keep it\n` : `save this as ${file}\n`);
  process.stdout.write(text);
}

/** The text of a first mapping. Throws `GeneratorError` for a kind that nothing creates. */
export function scaffold(model: ServiceModel, kind: string): string {
  const names = [...model.operations.keys()];
  const create = model.operations.get(`Create${kind}`);
  if (!create) {
    const kinds = names.filter((name) => name.startsWith('Create')).map((name) => name.slice('Create'.length));
    throw new GeneratorError(
      `nothing creates a ${kind}: the model has no operation Create${kind}${suggestion(kind, kinds)}`,
    );
  }
  const read = model.operations.get(`Describe${kind}`);
  const shown = read ? membersOf(model, read.output) : [];
  return `${[
    '# yaml-language-server: $schema=../../../generator/mapping/mapping.schema.json',
    `kind: ${kind}`,
    `# found: ${verbs
      .map((verb) => `${verb}${kind}`)
      .filter((name) => names.includes(name))
      .join(', ')}`,
    ...(read ? [] : [`operations: { read: TODO } # one of ${others(names, kind)}`]),
    ...identityLines(membersOf(model, create.input), [...shown, ...membersOf(model, create.output)], kind),
    ...lifecycleLines(model, statusMember(model, kind, shown), kind),
    `# notFound: what ${read ? `Describe${kind}` : 'read'} answers where there is none, if not ResourceNotFound`,
    '#   - { code: ValidationException, messagePrefix: … }',
  ].join('\n')}\n`;
}

/** Operations on the kind by other verbs. */
function others(names: readonly string[], kind: string): string {
  const found = names.filter((name) => name.endsWith(kind) && !verbs.some((verb) => name === `${verb}${kind}`));
  return found.join(', ') || 'the operations; none has the kind in its name';
}

function identityLines(input: readonly Member[], output: readonly Member[], kind: string): readonly string[] {
  const required = input.filter(({ traits }) => traits.required).map(({ name }) => name);
  const candidates = (members: readonly Member[], ending: RegExp): string =>
    [...new Set(members.map(({ name }) => name).filter((name) => ending.test(name)))].join(', ');
  return [
    ...(input.some(({ name }) => name === `${kind}Name`)
      ? [`# named by ${kind}Name, which defaults to metadata.name`]
      : [`name: TODO # ${[candidates(input, /Name$/), 'none if AWS names it'].filter(Boolean).join(', ')}`]),
    ...(output.some(({ name }) => name === `${kind}Arn`)
      ? []
      : [`arn: TODO # ${candidates(output, /Arn$/i) || 'no member ends in Arn'}`]),
    `# required: ${required.join(', ') || 'nothing'}`,
  ];
}

function statusMember(model: ServiceModel, kind: string, shown: readonly Member[]): Member | undefined {
  const enums = shown.filter(
    ({ name, target }) => /(Status|State)$/.test(name) && model.shapes.get(target)?.kind === 'enum',
  );
  const usual = [`${kind}Status`, 'Status', `${kind}State`, 'State'];
  return usual.map((name) => enums.find((member) => member.name === name)).find(Boolean) ?? enums[0];
}

function lifecycleLines(model: ServiceModel, status: Member | undefined, kind: string): readonly string[] {
  const can = (verb: string): boolean => model.operations.has(`${verb}${kind}`);
  const runs = can('Stop') && (/Job$/.test(kind) || !can('Delete'));
  const deletion = runs ? 'stop' : can('Delete') ? 'delete' : 'TODO # nothing deletes it: name the operation';
  const shape = status && model.shapes.get(status.target);
  if (!status || shape?.kind !== 'enum') return ['lifecycle:', '  kind: config', `  delete: ${deletion}`];
  return [
    'lifecycle:',
    `  kind: ${runs ? 'run-to-completion' : 'service'}`,
    `  status: ${status.name}`,
    `  states: # ${stateClasses.join(', ')}`,
    ...shape.values.map((value) => `    ${value}: TODO`),
    `  delete: ${deletion}`,
  ];
}
