// SPDX-License-Identifier: Apache-2.0
import { constraintTexts } from '../constraint-texts.ts';
import { formatGeneratorError, GeneratorError } from '../errors.ts';
import { generate } from '../generate.ts';
import { createdKinds } from '../mapping/check-resource-mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { readInput } from '../read-input.ts';
import type { Fact, FactSource, FieldModel, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';
import { structureWithin } from '../structure-within.ts';
import { bindingLines, fieldBindingLines } from './explain-bindings.ts';

/** What is printed, as lines or as JSON. */
interface Explanation {
  readonly title: string;
  readonly lines: readonly string[];
}

/** One field and where it stands, `spec.resourceConfig`. */
interface FoundField {
  readonly path: string;
  readonly field: FieldModel;
}

// More would fill the screen; the CRD has them all.
const MOST_VALUES = 8;

/** Tells what was inferred of a kind or of one of its fields, and where it comes from. */
export async function explainCommand(
  root: string,
  target: string,
  options: { service: string; json: boolean },
): Promise<void> {
  const { drafts, model } = generate(await readInput(root, options.service));
  const resources = drafts.map(({ resource }) => resource);
  const explanation = explain(resources, target, createdKinds(model));
  process.stdout.write(options.json ? `${JSON.stringify(explanation)}\n` : `${explanation.lines.join('\n')}\n`);
}

/**
 * The explanation of `TrainingJob` or `TrainingJob.resourceConfig`; `creatable` are the kinds that could have a mapping. Throws
 * `GeneratorError` for what there is none of.
 */
export function explain(
  resources: readonly ResourceModel[],
  target: string,
  creatable: readonly string[] = [],
): Explanation {
  const [kind = '', ...path] = target.split('.');
  const resource = resources.find((one) => one.kind.toLowerCase() === kind.toLowerCase());
  if (!resource) {
    const unmapped = creatable.find((one) => one.toLowerCase() === kind.toLowerCase());
    if (unmapped !== undefined)
      throw new GeneratorError(`${unmapped} has no mapping; npm run scaffold -- ${unmapped} writes a first one`);
    const kinds = resources.map((one) => one.kind);
    throw new GeneratorError(
      `there is no kind ${kind}${suggestion(kind, [...kinds, ...creatable])}; the kinds are ${kinds.join(', ')}`,
    );
  }
  return path.length === 0 ? explainResource(resource) : explainField(resource, path);
}

function explainResource(resource: ResourceModel): Explanation {
  const title = `${resource.kind} (${resource.plural}.${resource.group}/${resource.version}), from ${resource.mappingFile}`;
  // What each field is made of is told when it is asked for.
  const general = resource.facts.filter(
    ({ path, source }) =>
      !/^(spec|status)\./.test(path) || path === 'status.ackResourceMetadata.arn' || source.kind === 'mapping',
  );
  return {
    title,
    lines: [
      title,
      ...general.map(formatFact),
      ...bindingLines(resource),
      `  name: ${resource.nameField === undefined ? "AWS's own" : `spec.${resource.nameField}, metadata.name where it is not set`}`,
      `  spec: ${memberNames(resource.spec)}`,
      `  status: ${memberNames(resource.status)}`,
      `  hooks: ${resource.hasHooks ? resource.mappingFile.replace(/\.yaml$/, '.ts') : 'none'}`,
    ],
  };
}

function explainField(resource: ResourceModel, path: readonly string[]): Explanation {
  const { path: found, field } = findField(resource, path);
  const title = `${resource.kind}.${found}`;
  const within = structureWithin(field.type);
  const flags = (['required', 'sensitive', 'deprecated'] as const).filter((flag) => field[flag]);
  const own = resource.facts.filter((fact) => fact.path === found || fact.path.startsWith(`${found}.`));
  const inherited = resource.facts.filter((fact) => fact.path !== '' && found.startsWith(`${fact.path}.`));
  return {
    title,
    lines: [
      title,
      `  ${[`${field.sdk} in the SDK: ${describeType(field.type)}`, ...enumText(found, field.type), ...flags].join(', ')}`,
      ...fieldBindingLines(resource, found),
      ...[...own, ...inherited].map(formatFact),
      ...(within ? [`  members: ${memberNames(within)}`] : []),
    ],
  };
}

/** By JSON names or the model's; without `spec.` or `status.` the spec is looked at first. */
function findField({ kind, spec, status }: ResourceModel, path: readonly string[]): FoundField {
  const [first = '', ...rest] = path;
  if (first === 'spec') return walk(spec, first, rest);
  if (first === 'status') return walk(status, first, rest);
  const inSpec = memberOf(spec, first);
  if (inSpec || memberOf(status, first)) return walk(inSpec ? spec : status, inSpec ? 'spec' : 'status', path);
  const names = [...spec.members, ...status.members].map(({ json }) => json);
  throw new GeneratorError(`${kind} has no field ${first}${suggestion(first, names)}`);
}

function walk(root: StructureModel, at: string, path: readonly string[]): FoundField {
  let structure: StructureModel | undefined = root;
  let found: FoundField | undefined;
  for (const name of path) {
    const place: string = found?.path ?? at;
    const field: FieldModel | undefined = structure && memberOf(structure, name);
    if (!field) {
      const names = structure?.members.map(({ json }) => json) ?? [];
      throw new GeneratorError(`${place} has no field ${name}${suggestion(name, names)}`);
    }
    found = { path: `${place}.${field.json}`, field };
    structure = structureWithin(field.type);
  }
  if (!found) throw new GeneratorError(`name a field below ${at}: ${memberNames(root)}`);
  return found;
}

function memberOf({ members }: StructureModel, name: string): FieldModel | undefined {
  return members.find(({ json, sdk }) => json === name || sdk === name);
}

function formatFact(fact: Fact): string {
  return `  ${fact.path === '' ? '' : `${fact.path}: `}${fact.text}  [${formatSource(fact.source)}]`;
}

function formatSource(source: FactSource): string {
  switch (source.kind) {
    case 'model':
      return `model: ${source.shape}`;
    case 'mapping':
      return formatGeneratorError(new GeneratorError('mapping', source.location)).replace(/: mapping$/, '');
    case 'rule':
      return 'rule of the generator';
    default:
      return source satisfies never;
  }
}

function describeType(type: TypeModel): string {
  const pattern = type.kind === 'string' && type.pattern !== undefined ? [`pattern ${type.pattern}`] : [];
  return [typeName(type), ...pattern, ...constraintTexts(type)].join(', ');
}

function typeName(type: TypeModel): string {
  switch (type.kind) {
    case 'enum':
      return `enum ${type.shape} of ${type.values.length}: ${type.values.slice(0, MOST_VALUES).join(', ')}${type.values.length > MOST_VALUES ? ', …' : ''}`;
    case 'list':
      return `list of ${describeType(type.item)}`;
    case 'map':
      return `map to ${describeType(type.value)}`;
    case 'structure':
      return `${type.structure.union ? 'union' : 'structure'} ${type.structure.name}`;
    default:
      return type.kind;
  }
}

/** The status takes whatever AWS answers; of the spec's enums only the open ones take values that are not known here. */
function enumText(path: string, type: TypeModel): readonly string[] {
  if (type.kind !== 'enum') return [];
  if (path.startsWith('status.')) return ['other values are shown as they are'];
  return [type.open ? 'open: other values are taken' : 'closed: other values are refused'];
}

function memberNames({ members }: StructureModel): string {
  const names = members.map(({ json, required }) => (required ? `${json}*` : json));
  return `${names.join(', ')}${members.some(({ required }) => required) ? '  (* required)' : ''}`;
}
