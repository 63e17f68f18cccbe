// SPDX-License-Identifier: Apache-2.0
import { isRecord } from '../model/parse-json.ts';
import { preludeNamespace, preludeType } from '../model/prelude.ts';
import { serviceClosure } from '../model/service-closure.ts';
import { type AstMember, type AstShape, type AstTraits, localName, type SmithyAst } from '../model/smithy-ast.ts';

// Traits that are kept as they are.
const keptTraits: ReadonlySet<string> = new Set([
  'smithy.api#required',
  'smithy.api#length',
  'smithy.api#range',
  'smithy.api#pattern',
  'smithy.api#uniqueItems',
  'smithy.api#sparse',
  'smithy.api#sensitive',
  'smithy.api#idempotencyToken',
  'smithy.api#timestampFormat',
  'smithy.api#jsonName',
  'smithy.api#error',
  'smithy.api#httpError',
  'smithy.api#enumValue',
]);

/**
 * Keeps of a model what is a fact about the wire and the rules: the service, what it reaches, constraints and meaning. No documentation, no
 * examples, no endpoint rules, no HTTP bindings. What can be written in two ways is brought into one, so that the same API gives the same model
 * whatever format it came in: resources become operations of the service, enum traits become enums, plain shapes named as a prelude shape become it.
 */
export function factsOnly(ast: SmithyAst): SmithyAst {
  const { service, operations, shapes } = serviceClosure(ast);
  const preludeIds = new Map(shapes.filter(isPreludeTwin).map(({ id }) => [id, preludeNamespace + localName(id)]));
  const idOf = (id: string) => preludeIds.get(id) ?? id;
  const kept = [
    serviceFacts(service, operations),
    ...operations.map((operation) => operationFacts(operation, service)),
    ...shapes
      .filter(({ id }) => !id.startsWith(preludeNamespace) && !preludeIds.has(id))
      .map((shape) => shapeFacts(shape, idOf)),
  ];
  return { file: ast.file, shapes: new Map(kept.map((shape) => [shape.id, shape])) };
}

/** A simple shape without any fact, named and typed as the prelude's: botocore cannot tell them apart. */
function isPreludeTwin(shape: AstShape): boolean {
  if (shape.id.startsWith(preludeNamespace) || Object.keys(factTraits(shape.traits)).length > 0) return false;
  return (
    shape.members.length === 0 &&
    shape.type !== 'structure' &&
    preludeType(localName(shape.id)) === shape.type &&
    !('smithy.api#enum' in shape.traits)
  );
}

function serviceFacts(service: AstShape, operations: readonly AstShape[]): AstShape {
  const traits: Record<string, unknown> = {};
  for (const [id, value] of Object.entries(service.traits)) {
    if (id === 'aws.api#service') traits[id] = pick(value, ['sdkId', 'endpointPrefix']);
    else if (id === 'aws.auth#sigv4') traits[id] = pick(value, ['name']);
    else if (/^(aws|smithy)\.protocols#(awsJson|rest|awsQuery$|ec2Query|rpc)/.test(id)) traits[id] = {};
  }
  return {
    ...service,
    traits,
    members: [],
    resources: [],
    operations: operations.map(({ id }) => id),
    errors: [...service.errors].sort(),
  };
}

function operationFacts(operation: AstShape, service: AstShape): AstShape {
  const { input, output, ...rest } = operation;
  const traits: Record<string, unknown> = {};
  const paginated = operation.traits['smithy.api#paginated'];
  if (paginated !== undefined)
    traits['smithy.api#paginated'] = { ...asRecord(service.traits['smithy.api#paginated']), ...asRecord(paginated) };
  const waitable = operation.traits['smithy.waiters#waitable'];
  if (isRecord(waitable)) {
    const waiters = Object.entries(waitable).map(([name, waiter]) => [name, pick(waiter, ['acceptors', 'minDelay'])]);
    traits['smithy.waiters#waitable'] = Object.fromEntries(waiters);
  }
  if ('smithy.api#deprecated' in operation.traits) traits['smithy.api#deprecated'] = {};
  return {
    ...rest,
    traits,
    members: [],
    errors: [...operation.errors].sort(),
    ...(input === undefined || input === 'smithy.api#Unit' ? {} : { input }),
    ...(output === undefined || output === 'smithy.api#Unit' ? {} : { output }),
  };
}

function shapeFacts(shape: AstShape, idOf: (id: string) => string): AstShape {
  const values = shape.traits['smithy.api#enum'];
  const isEnumByTrait = shape.type === 'string' && Array.isArray(values);
  const isEnum = isEnumByTrait || shape.type === 'enum';
  const member = (own: AstMember) => ({ ...own, target: idOf(own.target), traits: memberTraits(own.traits) });
  return {
    ...shape,
    type: isEnum ? 'enum' : shape.type,
    traits: factTraits(shape.traits),
    members: isEnum
      ? enumMembers(isEnumByTrait ? values.map((entry) => asRecord(entry)['value']) : enumValues(shape))
      : shape.members.map(member),
  };
}

function enumValues({ members }: AstShape): unknown[] {
  return members.map(({ name, traits }) => traits['smithy.api#enumValue'] ?? name);
}

/** Enum members named after their values (Smithy's own names for them say nothing more), sorted by value. */
function enumMembers(values: readonly unknown[]): AstMember[] {
  const names = new Set<string>();
  return values
    .map(String)
    .sort()
    .map((value) => {
      const base = value.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9]|$)/, '_');
      let name = base;
      for (let count = 2; names.has(name); count++) name = `${base}_${count}`;
      names.add(name);
      return { name, target: 'smithy.api#Unit', traits: name === value ? {} : { 'smithy.api#enumValue': value } };
    });
}

/** A default is a fact of a member only: Smithy demands that members repeat, or undo, the default of their target. */
function memberTraits(traits: AstTraits): AstTraits {
  const value = traits['smithy.api#default'];
  return value === undefined || value === null
    ? factTraits(traits)
    : { ...factTraits(traits), 'smithy.api#default': value };
}

function factTraits(traits: AstTraits): AstTraits {
  const kept: Record<string, unknown> = {};
  for (const [id, value] of Object.entries(traits)) {
    if (keptTraits.has(id)) kept[id] = value;
    else if (id === 'smithy.api#deprecated') kept[id] = {};
  }
  return kept;
}

function pick(value: unknown, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asRecord(value)).filter(([key, entry]) => keys.includes(key) && entry !== undefined),
  );
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
