// SPDX-License-Identifier: Apache-2.0
import type {
  FieldModel,
  FieldRuleModel,
  InputModel,
  OperationModel,
  OperationRole,
  OutputModel,
  ResourceModel,
  StructureModel,
  TypeModel,
} from '../resource-model.ts';
import type { Literal } from './print-literal.ts';
import { structuresUsed } from './shapes.ts';
import { definitionConstant, fieldTypeLiteral, shapeConstant, structureLiteral } from './type-code.ts';
import { constantOf, importOf, interfaceOf, type PrintTypeScript } from './type-script.ts';

const classes: Readonly<Record<OperationRole, string>> = {
  create: 'create',
  read: 'observe',
  update: 'update',
  delete: 'delete',
  stop: 'delete',
  start: 'update',
};

/** `resources/<kind>.ts`: the types of a resource's spec and status, and its definition. */
export function emitDefinition(
  resource: ResourceModel,
  sdkPackage: string,
  header: string,
  print: PrintTypeScript,
): string {
  const { kind, file } = resource;
  const operations = Object.values(resource.operations) as OperationModel[];
  const fields = [...resource.spec.members, ...resource.status.members].map(({ type }) => type);
  const bound = operations.flatMap(({ input, output }) => [...input, ...output]).map(({ type }) => type);
  return print(`resources/${file}.ts`, header, [
    ...importOf(
      [...operations, ...(resource.list ? [resource.list] : [])].map(({ name }) => `${name}Command`),
      sdkPackage,
    ),
    ...(resource.hasHooks
      ? importOf(['hooks'], `../../../api-models/${serviceOf(resource)}/resources/${file}.ts`)
      : []),
    ...importOf(['ResourceDefinition'], '../../../runtime/generated.ts', true),
    ...importOf(
      structuresUsed(fields).map(({ name }) => name),
      './shapes.ts',
      true,
    ),
    ...importOf(structuresUsed([...fields, ...bound]).map(shapeConstant), './shapes.ts'),
    interfaceOf(resource.spec, `What a user asks for in ${withArticle(kind)}.`),
    interfaceOf(statusWithOwn(resource), `What AWS shows of ${withArticle(kind)}.`),
    constantOf(
      definitionConstant(resource),
      `ResourceDefinition<${kind}Spec, ${kind}Status>`,
      definitionLiteral(resource),
      `All that the runtime knows of ${withArticle(kind)}.`,
    ),
  ]);
}

/** The status with what the controller keeps in it for itself. */
function statusWithOwn({ status, ownStatus }: ResourceModel): StructureModel {
  const own = ownStatus.map(({ json, type }): FieldModel => {
    const known: TypeModel = type === 'string' ? { kind: 'string', shape: 'String' } : { kind: type };
    return { json, sdk: json, type: known, required: false, sensitive: false, deprecated: false };
  });
  const members = [...status.members, ...own].sort((a, b) => (a.json < b.json ? -1 : 1));
  return { ...status, members };
}

/** `sagemaker`, of the mapping file `api-models/sagemaker/resources/model.yaml`. */
function serviceOf({ mappingFile }: ResourceModel): string {
  return mappingFile.split('/').at(-3) ?? '';
}

function withArticle(kind: string): string {
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

function definitionLiteral(resource: ResourceModel): Literal {
  const { lifecycle, rules, tags } = resource;
  const within = resource.immutable.filter((path) => path.length > 1);
  return {
    group: resource.group,
    version: resource.version,
    kind: resource.kind,
    plural: resource.plural,
    operations: Object.fromEntries(
      (Object.values(resource.operations) as OperationModel[]).map((operation) => [
        operation.role,
        operationLiteral(operation),
      ]),
    ),
    list: resource.list && {
      ...resource.list,
      command: { typeScript: `${resource.list.name}Command` },
      input: { ...resource.list.input },
      shows: resource.list.shows.map((member) => ({ ...member })),
    },
    spec: structureLiteral(resource.spec),
    status: structureLiteral(resource.status),
    nameField: resource.nameField,
    nameUnless: resource.nameUnless,
    immutable: resource.immutable.filter((path) => path.length === 1).map(([name]) => name ?? ''),
    immutableWithin: within.length > 0 ? within.map((path) => [...path]) : undefined,
    updatesChanges: resource.updatesChanges ? true : undefined,
    lifecycle: {
      ...lifecycle,
      stopFirst: lifecycle.stopFirst && [...lifecycle.stopFirst],
      busy: lifecycle.busy?.map(({ path, values, unsettled }) => ({ path: [...path], values: [...values], unsettled })),
    },
    notFound: resource.notFound.map((match) => ({ ...match })),
    errors: resource.errors.map((rule) => ({ ...rule })),
    rules: rules.flatMap(ruleLiteral),
    tags: tags && { ...tags },
    resyncSeconds: resource.resyncSeconds,
    hooks: resource.hasHooks ? { typeScript: 'hooks' } : undefined,
  };
}

/** What the runtime is told by a rule; nothing by one that is about immutability alone, which has its place elsewhere in the definition. */
function ruleLiteral(rule: FieldRuleModel): readonly Literal[] {
  const { path, compare, key, addOnly, replaces, insteadOf, clear } = rule;
  const told = {
    compare,
    key,
    addOnly,
    replaces,
    insteadOf,
    clear: typeof clear === 'object' ? { ...clear } : clear,
  };
  return Object.values(told).some((word) => word !== undefined) ? [{ path: [...path], ...told }] : [];
}

function operationLiteral({ role, name, input, output, pages }: OperationModel): Literal {
  return {
    name,
    command: { typeScript: `${name}Command` },
    class: classes[role],
    input: input.map(inputLiteral),
    output: output.map(outputLiteral),
    pages: pages && { ...pages },
  };
}

function inputLiteral({ sdk, nested, from, annotation, path, type, required }: InputModel): Literal {
  return {
    sdk,
    nested: nested && [...nested],
    from,
    annotation,
    path: path && [...path],
    type: fieldTypeLiteral(type),
    required: required ? true : undefined,
  };
}

function outputLiteral({ sdk, path, type }: OutputModel): Literal {
  return { sdk: [...sdk], path: [...path], type: fieldTypeLiteral(type) };
}
