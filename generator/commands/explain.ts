// SPDX-License-Identifier: Apache-2.0
import { formatGeneratorError, GeneratorError } from '../errors.ts';
import { generate } from '../generate.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { readInput } from '../read-input.ts';
import type { Fact, FactSource, FieldModel, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';
import { structureWithin } from '../structure-within.ts';

/** One field and what is known of it. */
interface ExplainedField {
  readonly path: string;
  readonly field: FieldModel;
}

/** Tells what was inferred of a kind or of one of its fields, and where it comes from. */
export async function explainCommand(
  root: string,
  target: string,
  options: { service: string; json: boolean },
): Promise<void> {
  const { drafts } = generate(await readInput(root, options.service));
  const [kind = '', ...path] = target.split('.');
  const resource = drafts.map((draft) => draft.resource).find((one) => one.kind.toLowerCase() === kind.toLowerCase());
  if (!resource) {
    const kinds = drafts.map((draft) => draft.resource.kind);
    throw new GeneratorError(`there is no kind ${kind}${suggestion(kind, kinds)}; the kinds are ${kinds.join(', ')}`);
  }
  const explanation = path.length === 0 ? explainResource(resource) : explainField(resource, path);
  process.stdout.write(options.json ? `${JSON.stringify(explanation)}\n` : `${explanation.lines.join('\n')}\n`);
}

function explainResource(resource: ResourceModel): { readonly title: string; readonly lines: readonly string[] } {
  const title = `${resource.kind} (${resource.plural}.${resource.group}/${resource.version}), from ${resource.mappingFile}`;
  const general = resource.facts.filter(
    (fact) => !/^spec\./.test(fact.path) || resource.nameField === fact.path.slice('spec.'.length),
  );
  return {
    title,
    lines: [
      title,
      ...general
        .filter((fact) => fact.path === '' || !/^(spec|status)\.[^.]+$/.test(fact.path) || fact.source.kind !== 'model')
        .map(formatFact),
      `  spec: ${resource.spec.members.map(({ json, required }) => (required ? `${json}*` : json)).join(', ')}  (* required)`,
      `  status: ${resource.status.members.map(({ json }) => json).join(', ')}`,
      `  hooks: ${resource.hasHooks ? `api-models/…/${resource.file}.ts` : 'none'}`,
    ],
  };
}

function explainField(
  resource: ResourceModel,
  path: readonly string[],
): { readonly title: string; readonly lines: readonly string[] } {
  const found = findField(resource, path);
  const title = `${resource.kind}.${found.path}`;
  const within = structureWithin(found.field.type);
  const facts = resource.facts.filter((fact) => fact.path === found.path || fact.path.startsWith(`${found.path}.`));
  const inherited = resource.facts.filter(
    (fact) => fact.path !== found.path && found.path.startsWith(`${fact.path}.`) && fact.path !== '',
  );
  return {
    title,
    lines: [
      title,
      `  ${found.field.sdk} in the SDK: ${describeType(found.field.type)}${found.field.required ? ', required' : ''}${found.field.sensitive ? ', sensitive' : ''}${found.field.deprecated ? ', deprecated' : ''}`,
      ...[...facts, ...inherited].map(formatFact),
      ...(within
        ? [
            `  members: ${within.members.map(({ json, required }) => (required ? `${json}*` : json)).join(', ')}  (* required)`,
          ]
        : []),
    ],
  };
}

/** By JSON names or the model's; `spec.` may be left out. */
function findField(resource: ResourceModel, path: readonly string[]): ExplainedField {
  const [first] = path;
  const side = first === 'spec' || first === 'status' ? first : undefined;
  const rest = side === undefined ? path : path.slice(1);
  const roots: readonly ('spec' | 'status')[] = side === undefined ? ['spec', 'status'] : [side];
  let failure: GeneratorError | undefined;
  for (const root of roots) {
    try {
      return walk(resource[root], root, rest);
    } catch (error) {
      if (!(error instanceof GeneratorError)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? new GeneratorError(`say which field of ${resource.kind}.${path.join('.')} is meant`);
}

function walk(root: StructureModel, at: string, path: readonly string[]): ExplainedField {
  let structure: StructureModel | undefined = root;
  let found: ExplainedField | undefined;
  for (const name of path) {
    const members: readonly FieldModel[] = structure?.members ?? [];
    const field: FieldModel | undefined = members.find(({ json, sdk }) => json === name || sdk === name);
    if (!field)
      throw new GeneratorError(
        `${found?.path ?? at} has no field ${name}${suggestion(
          name,
          members.map(({ json }) => json),
        )}`,
      );
    found = { path: `${found?.path ?? at}.${field.json}`, field };
    structure = structureWithin(field.type);
  }
  if (!found) throw new GeneratorError(`name a field below ${at}`);
  return found;
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
  switch (type.kind) {
    case 'string':
      return [
        'string',
        type.pattern && `pattern ${type.pattern}`,
        type.minLength !== undefined && `at least ${type.minLength} characters`,
        type.maxLength !== undefined && `at most ${type.maxLength} characters`,
      ]
        .filter(Boolean)
        .join(', ');
    case 'enum':
      return `${type.open ? 'open' : 'closed'} enum ${type.shape} of ${type.values.length}: ${type.values.slice(0, 8).join(', ')}${type.values.length > 8 ? ', …' : ''}`;
    case 'integer':
    case 'number':
      return [
        type.kind,
        type.minimum !== undefined && `at least ${type.minimum}`,
        type.maximum !== undefined && `at most ${type.maximum}`,
      ]
        .filter(Boolean)
        .join(', ');
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
