// SPDX-License-Identifier: Apache-2.0
//
// The CRDs of SageMaker beside those that ACK's controller installs: an object that was written for these must be one of ours.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/** A field of ACK's, by its type; `[]` and `{}` after a name are levels of lists and maps. */
type Fields = { readonly [name: string]: string | Fields };

interface AckKind {
  readonly group: string;
  readonly scope?: string;
  readonly names: readonly [listKind: string, plural: string, singular: string];
  readonly columns?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  readonly fields: Fields;
}

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
}

interface ModelMember {
  readonly target: string;
  readonly traits?: Readonly<Record<string, unknown>>;
}

/** A shape of the service model as it is in the file: this test does not see it through the generator's eyes. */
interface ModelShape {
  readonly input?: ModelMember;
  readonly members?: Readonly<Record<string, ModelMember>>;
  readonly member?: ModelMember;
  readonly value?: ModelMember;
}

interface Mapping {
  readonly kind: string;
  readonly operations?: { readonly create?: string; readonly update?: string };
}

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const ack = parse(read('test/support/ack-crds.yaml')) as {
  readonly version: string;
  readonly scope: string;
  readonly growingEnums: readonly string[];
  readonly kinds: Readonly<Record<string, AckKind>>;
};
/** What ACK's CRDs require in the status; in their spec they require whole fields alone, never parts of one. */
const STATUS_REQUIRES: Readonly<Record<string, readonly string[]>> = {
  'status.ackResourceMetadata': ['ownerAccountID', 'region'],
  'status.conditions[]': ['status', 'type'],
};

const folder = 'generated/sagemaker/crds';
const ours = new Map(
  readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(read(`${folder}/${file}`)))
    .map((crd) => [crd.spec.names.kind as string, crd.spec]),
);

const model = JSON.parse(read('api-models/sagemaker/model.json')) as {
  readonly shapes: Readonly<Record<string, ModelShape>>;
};
const mappingFolder = 'api-models/sagemaker/resources';
const mappings = new Map(
  readdirSync(path.join(root, mappingFolder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(read(`${mappingFolder}/${file}`)) as Mapping)
    .map((mapping) => [mapping.kind, mapping]),
);

/** Kinds that ACK has and we have not yet. */
const MISSING = ['FieldExport', 'IAMRoleSelector'];

test('every kind of ACK is there, but for those that are known to be missing', () => {
  const kinds = Object.keys(ack.kinds);
  expect(kinds).toHaveLength(28);
  expect(kinds.filter((kind) => !ours.has(kind))).toEqual(MISSING);
});

describe.each(Object.entries(ack.kinds).filter(([kind]) => !MISSING.includes(kind)))('%s', (kind, theirs) => {
  const { group, scope, names, versions } = ours.get(kind) ?? {};
  const version = versions?.find(({ name }: { name: string }) => name === ack.version);
  const schema: Schema = version?.schema.openAPIV3Schema ?? {};

  test('has the same names and is served and stored in the same version', () => {
    expect([group, scope]).toEqual([theirs.group, theirs.scope ?? ack.scope]);
    expect([names.listKind, names.plural, names.singular]).toEqual(theirs.names);
    expect(version).toMatchObject({ served: true, storage: true, subresources: { status: {} } });
  });

  test('has every field with its type', () => {
    const fields = flatten(theirs.fields, '');
    expect(fields.length).toBeGreaterThanOrEqual(10);
    expect(fields.filter(([at, type]) => typeAt(schema, at) !== type).map(([at]) => at)).toEqual([]);
  });

  test('requires nothing that was not required, but for members that AWS itself demands', () => {
    const wrong = requiredIn(schema, '').filter(
      ([at, name]) => !isAsked(theirs, at, name) && !isAwsAsking(kind, at, name),
    );
    expect(wrong.map((path) => path.join('.'))).toEqual([]);
  });

  test('has every printer column', () => {
    const columns = new Map<string, string>(
      (version?.additionalPrinterColumns ?? []).map((column: Record<string, string>) => [
        column['name'],
        column['jsonPath'],
      ]),
    );
    const wrong = Object.entries(theirs.columns ?? {}).filter(([name, at]) => columns.get(name) !== at);
    expect(wrong).toEqual([]);
  });
});

test('enums that AWS adds values to are open', () => {
  const { openEnums } = parse(read('api-models/sagemaker/service.yaml')) as { readonly openEnums: readonly string[] };
  expect(ack.growingEnums).toHaveLength(22);
  expect(ack.growingEnums.filter((name) => !openEnums.includes(name))).toEqual([]);
});

test('an open enum names its values and takes others', () => {
  const schema = ours.get('TrainingJob').versions[0].schema.openAPIV3Schema as Schema;
  const type = find(schema, 'spec.resourceConfig.instanceType');
  expect(type?.enum).toBeUndefined();
  expect(type?.description).toContain('ml.m5.large');
});

test('parts of fields are required too, so that what is said of them here is said of something', () => {
  const parts = [...ours.values()].flatMap(({ versions }) =>
    requiredIn(versions[0].schema.openAPIV3Schema, '').filter(([at]) => at.startsWith('spec.')),
  );
  expect(parts.length).toBeGreaterThan(500);
});

/** Every required property, with the path of what requires it. */
function requiredIn(schema: Schema, at: string): (readonly [at: string, name: string])[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    requiredIn(property, at === '' ? name : `${at}.${name}`),
  );
  return [
    ...(schema.required ?? []).map((name) => [at, name] as const),
    ...below,
    ...(schema.items ? requiredIn(schema.items, `${at}[]`) : []),
    ...(schema.additionalProperties ? requiredIn(schema.additionalProperties, `${at}{}`) : []),
  ];
}

function isAsked({ required }: AckKind, at: string, name: string): boolean {
  return (at === 'spec' ? required : STATUS_REQUIRES[at])?.includes(name) ?? false;
}

/**
 * Whether the service model marks a part of a field as required: no request without it was ever answered by AWS, ACK's included. Of
 * whole fields that is not enough, since ACK leaves some to AWS and to itself, such as names and tokens.
 */
function isAwsAsking(kind: string, at: string, name: string): boolean {
  if (!at.startsWith('spec.')) return false;
  const path = at.slice('spec.'.length).split('.');
  return inputsOf(kind).some((input) => {
    const within = path.reduce<string | undefined>((shape, part) => targetAt(shape, part), input);
    return memberOf(within, name)?.traits?.['smithy.api#required'] !== undefined;
  });
}

/** Create's and update's; a mapping names those that are not called after their kind. */
function inputsOf(kind: string): readonly (string | undefined)[] {
  const operations = mappings.get(kind)?.operations;
  const names = [operations?.create ?? `Create${kind}`, operations?.update ?? `Update${kind}`];
  return names.map((name) => model.shapes[`com.amazonaws.sagemaker#${name}`]?.input?.target);
}

/** Where a member leads, through the lists and maps that the path tells of. */
function targetAt(shape: string | undefined, part: string): string | undefined {
  const [name = '', ...levels] = part.match(/\[\]|\{\}|[^[\]{}]+/g) ?? [];
  return levels.reduce<string | undefined>((target, level) => {
    const { member, value } = model.shapes[target ?? ''] ?? {};
    return level === '[]' ? member?.target : value?.target;
  }, memberOf(shape, name)?.target);
}

/** Names differ in how they write acronyms, and in the underscore after words of Go. */
function memberOf(shape: string | undefined, name: string): ModelMember | undefined {
  const members = Object.entries(model.shapes[shape ?? '']?.members ?? {});
  return members.find(([member]) => member.toLowerCase() === name.replace(/_$/, '').toLowerCase())?.[1];
}

/** Every leaf with its type, and with it all that leads there. */
function flatten(fields: Fields, at: string): (readonly [string, string])[] {
  return Object.entries(fields).flatMap(([name, type]) => {
    const below = at === '' ? name : `${at}.${name}`;
    return typeof type === 'string' ? [[below, type] as const] : flatten(type, below);
  });
}

function typeAt(schema: Schema, at: string): string | undefined {
  const found = find(schema, at);
  return found?.format === 'date-time' ? 'time' : found?.type;
}

function find(schema: Schema | undefined, at: string): Schema | undefined {
  const names = at.match(/\[\]|\{\}|[^.[\]{}]+/g) ?? [];
  return names.reduce<Schema | undefined>((found, name) => {
    if (name === '[]') return found?.type === 'array' ? found.items : undefined;
    if (name === '{}') return found?.type === 'object' ? found.additionalProperties : undefined;
    return found?.properties?.[name];
  }, schema);
}
