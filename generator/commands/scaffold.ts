// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { createdKinds } from '../mapping/check-resource-mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { membersOf } from '../model/members-of.ts';
import type { Member, Operation, ServiceModel } from '../model/model.ts';
import { readModel } from '../model/read-model.ts';
import { kebabCase } from '../names/names.ts';
import { readInput } from '../read-input.ts';
import { stateClasses } from '../resource-model.ts';
import type { TextFile } from '../state.ts';

const verbs = ['Create', 'Describe', 'Update', 'Delete', 'Stop'] as const;

/** Prints a first mapping of a kind: what is inferred as comments, what only a person knows as keys to fill in. */
export async function scaffoldCommand(root: string, kind: string, options: { service: string }): Promise<void> {
  const input = await readInput(root, options.service);
  const text = scaffold(readModel(input.model.text, input.model.file), kind);
  const file = `api-models/${options.service}/resources/${kebabCase(kind)}.yaml`;
  process.stderr.write(`${scaffoldAdvice(kind, file, input.mappings)}\n`);
  process.stdout.write(text);
}

/** What to do with a scaffold. A shell makes the file that it is sent to before anything is read, so an empty one is no mapping. */
export function scaffoldAdvice(kind: string, file: string, mappings: readonly TextFile[]): string {
  const exists = mappings.some((mapping) => mapping.file === file && mapping.text.trim() !== '');
  return exists ? `${kind} has a mapping, ${file}; keep it` : `save this as ${file}`;
}

/** The text of a first mapping. Throws `GeneratorError` for a kind that nothing creates. */
export function scaffold(model: ServiceModel, kind: string): string {
  const names = [...model.operations.keys()];
  const create = model.operations.get(`Create${kind}`);
  if (!create) {
    const nearest = suggestion(kind, createdKinds(model));
    throw new GeneratorError(`nothing creates a ${kind}: the model has no operation Create${kind}${nearest}`);
  }
  const read = model.operations.get(`Describe${kind}`);
  const wrapper = read && wrapperOf(model, read, kind);
  const answered = membersOf(model, wrapper?.target ?? read?.output ?? '');
  const others = otherOperations(model, kind);
  return `${[
    '# yaml-language-server: $schema=../../../generator/mapping/mapping.schema.json',
    `kind: ${kind}`,
    `# found: ${verbs
      .map((verb) => `${verb}${kind}`)
      .filter((name) => names.includes(name))
      .join(', ')}`,
    ...(others.length > 0 ? [`# others: ${others.join(', ')}`] : []),
    ...operationLines(model, kind, others),
    ...(wrapper ? [`wrapper: ${wrapper.name}`] : []),
    ...identityLines(membersOf(model, create.input), kind),
    ...arnLines(membersOf(model, create.output), answered, kind),
    ...lifecycleLines(model, answered, kind, others),
    `# notFound: what ${read ? `Describe${kind}` : 'read'} answers where there is none, if not ResourceNotFound`,
    '#   - { code: ValidationException, messagePrefix: … }',
  ].join('\n')}\n`;
}

/** Operations on the kind by other verbs, and those that are asked for the same names under another: `StopAutoMLJob` of AutoMLJobV2. */
function otherOperations(model: ServiceModel, kind: string): readonly string[] {
  const found = verbs.map((verb) => `${verb}${kind}`);
  const requiredBy = (name: string): string =>
    membersOf(model, model.operations.get(name)?.input ?? '')
      .filter(({ traits }) => traits.required)
      .map((member) => member.name)
      .join();
  const key = requiredBy(`Describe${kind}`);
  // A key such as Name is that of many kinds.
  const isKindsOwn = key.length > 'Name'.length && !key.includes(',');
  const stem = kind.replace(/V\d+$/, '');
  return [...model.operations.keys()].filter((name) => {
    const [, verb = '', noun = ''] = /^([A-Z][a-z]+)(.+)$/.exec(name) ?? [];
    if (found.includes(name) || verb === 'List') return false;
    return noun === kind || noun === stem
      ? verb !== 'Create'
      : isKindsOwn && /^(Stop|Start|Delete)$/.test(verb) && requiredBy(name) === key;
  });
}

function operationLines(model: ServiceModel, kind: string, others: readonly string[]): readonly string[] {
  const stop = otherStop(model, kind, others);
  const read = model.operations.has(`Describe${kind}`) ? [] : ['read: TODO'];
  const stated = [...read, ...(stop === undefined ? [] : [`stop: ${stop}`])];
  if (stated.length === 0) return [];
  const choice = others.join(', ') || 'the operations; none has the kind in its name';
  return [`operations: { ${stated.join(', ')} }${read.length > 0 ? ` # one of ${choice}` : ''}`];
}

/** What stops the kind where nothing that is called after it does. */
function otherStop({ operations }: ServiceModel, kind: string, others: readonly string[]): string | undefined {
  const isFound = operations.has(`Delete${kind}`) || operations.has(`Stop${kind}`);
  return isFound ? undefined : others.find((name) => name.startsWith('Stop'));
}

/** The one structure that an answer has, called like the kind. */
function wrapperOf(model: ServiceModel, { output }: Operation, kind: string): Member | undefined {
  const structures = membersOf(model, output).filter(({ target }) => model.shapes.get(target)?.kind === 'structure');
  return structures.length === 1 ? structures.find(({ name }) => name === kind) : undefined;
}

function namesEnding(members: readonly Member[], ending: RegExp): readonly string[] {
  return [...new Set(members.map(({ name }) => name).filter((name) => ending.test(name)))];
}

/** The ARN is asked for where neither answer has the usual name, or one of them can have it only under a name that is not known. */
function arnLines(created: readonly Member[], answered: readonly Member[], kind: string): readonly string[] {
  const usual = [`${kind}Arn`, 'Arn'];
  const has = (members: readonly Member[], names: readonly string[]): boolean =>
    members.some(({ name }) => names.includes(name));
  const othersOf = (members: readonly Member[]): readonly string[] =>
    namesEnding(members, /Arn$/i).filter((name) => !/RoleArn$/.test(name));
  if (!has([...created, ...answered], usual.slice(0, 1)))
    return [`arn: TODO # ${namesEnding([...answered, ...created], /Arn$/i).join(', ') || 'no member ends in Arn'}`];
  const unclear = [created, answered].filter((members) => !has(members, usual)).flatMap(othersOf);
  if (unclear.length === 0) return [];
  return [`arn: TODO # ${[...new Set(unclear)].join(', ')}; without this line if none is its own`];
}

function identityLines(input: readonly Member[], kind: string): readonly string[] {
  const required = input.filter(({ traits }) => traits.required).map(({ name }) => name);
  return [
    ...(input.some(({ name }) => name === `${kind}Name`)
      ? [`# named by ${kind}Name, which defaults to metadata.name`]
      : [`name: TODO # ${[...namesEnding(input, /Name$/), 'none if AWS names it'].join(', ')}`]),
    `# required: ${required.join(', ') || 'nothing'}`,
  ];
}

/** The member that tells the state; undefined where people set it, so that it tells what is wanted. */
function statusMember(model: ServiceModel, kind: string, answered: readonly Member[]): Member | undefined {
  const taken = ['Create', 'Update'].flatMap((verb) =>
    membersOf(model, model.operations.get(`${verb}${kind}`)?.input ?? '').map(({ name }) => name),
  );
  const enums = answered.filter(
    ({ name, target }) => /(Status|State)$/.test(name) && model.shapes.get(target)?.kind === 'enum',
  );
  const usual = [`${kind}Status`, 'Status', `${kind}State`, 'State'];
  const found = usual.map((name) => enums.find((member) => member.name === name)).find(Boolean) ?? enums[0];
  return found && taken.includes(found.name) ? undefined : found;
}

/** A text that tells why it failed under another name than the usual one. */
function reasonLines(model: ServiceModel, answered: readonly Member[]): readonly string[] {
  if (answered.some(({ name }) => name === 'FailureReason')) return [];
  const texts = answered.filter(({ target }) => model.shapes.get(target)?.kind === 'string').map(({ name }) => name);
  const reason = texts.find((name) => /(Failure|Status|State)(Message|Reason)$/.test(name));
  return reason === undefined ? [] : [`  failureReason: ${reason}`];
}

function lifecycleLines(
  model: ServiceModel,
  answered: readonly Member[],
  kind: string,
  others: readonly string[],
): readonly string[] {
  const can = (verb: string): boolean => model.operations.has(`${verb}${kind}`);
  const canStop = can('Stop') || otherStop(model, kind, others) !== undefined;
  const runs = canStop && (/Job(V\d+)?$/.test(kind) || !can('Delete'));
  const deletion = runs ? 'stop' : can('Delete') ? 'delete' : 'TODO # nothing deletes it: name the operation';
  const status = statusMember(model, kind, answered);
  const shape = status && model.shapes.get(status.target);
  if (!status || shape?.kind !== 'enum') return ['lifecycle:', '  kind: config', `  delete: ${deletion}`];
  return [
    'lifecycle:',
    `  kind: ${runs ? 'run-to-completion' : 'service'}`,
    `  status: ${status.name}`,
    `  states: # ${stateClasses.join(', ')}`,
    ...shape.values.map((value) => `    ${value}: TODO`),
    ...reasonLines(model, answered),
    `  delete: ${deletion}`,
  ];
}
