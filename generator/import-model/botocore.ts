// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { isRecord, parseJsonObject } from '../model/parse-json.ts';
import { upgradeFromVersion1 } from '../model/parse-smithy.ts';
import type { AstShape, SmithyAst } from '../model/smithy-ast.ts';
import { readPaginators, readWaiters } from './botocore-companions.ts';
import { readBotocoreShape } from './botocore-shape.ts';
import type { ModelSource } from './model-source.ts';

// botocore's protocol (with the version for JSON) -> Smithy's trait.
const protocolTraits: ReadonlyMap<string, string> = new Map([
  ['json 1.0', 'aws.protocols#awsJson1_0'],
  ['json 1.1', 'aws.protocols#awsJson1_1'],
  ['rest-json', 'aws.protocols#restJson1'],
  ['rest-xml', 'aws.protocols#restXml'],
  ['query', 'aws.protocols#awsQuery'],
  ['ec2', 'aws.protocols#ec2Query'],
  ['smithy-rpc-v2-cbor', 'smithy.protocols#rpcv2Cbor'],
]);

/** Reads botocore's `service-2.json`, with its paginators and waiters, as the Smithy model it was made from, as far as it still shows. */
export function parseBotocore(source: ModelSource): SmithyAst {
  const file = source.name;
  const root = parseJsonObject(source.model, file);
  const { metadata, operations, shapes } = root;
  if (!isRecord(metadata) || !isRecord(operations) || !isRecord(shapes)) {
    throw new GeneratorError('is no service model: neither a Smithy JSON AST nor a service-2.json of botocore', {
      file,
    });
  }
  const text = (key: string) => (typeof metadata[key] === 'string' ? metadata[key] : undefined);
  const sdkId = text('serviceId') ?? text('serviceAbbreviation');
  if (sdkId === undefined) throw new GeneratorError('has no serviceId', { file, path: 'metadata' });
  const namespace = `com.amazonaws.${sdkId.toLowerCase().replace(/[^a-z0-9]/g, '')}#`;
  const ast = new Map<string, AstShape>();
  const add = (shape: AstShape) => ast.set(shape.id, shape);
  for (const [name, shape] of Object.entries(shapes)) add(readBotocoreShape(name, shape, { namespace, file }));
  const paginators = readPaginators(source.paginators, file);
  const waiters = readWaiters(source.waiters, file);
  for (const [name, operation] of Object.entries(operations)) {
    const traits = { ...paginators.get(name), ...waiters.get(name) };
    add(readOperation(namespace + name, operation, namespace, traits, file));
  }
  const protocol = protocolTraits.get(
    text('protocol') === 'json' ? `json ${text('jsonVersion')}` : (text('protocol') ?? ''),
  );
  const serviceName = text('targetPrefix') ?? sdkId;
  add({
    ...noContent(namespace + serviceName.replace(/[^A-Za-z0-9_]/g, ''), 'service'),
    version: text('apiVersion') ?? '',
    operations: Object.keys(operations).map((name) => namespace + name),
    traits: {
      'aws.api#service': { sdkId, endpointPrefix: text('endpointPrefix') },
      'aws.auth#sigv4': { name: text('signingName') ?? text('endpointPrefix') },
      ...(protocol === undefined ? {} : { [protocol]: {} }),
    },
  });
  return { file, shapes: upgradeFromVersion1(ast) };
}

function readOperation(
  id: string,
  operation: unknown,
  namespace: string,
  traits: AstShape['traits'],
  file: string,
): AstShape {
  if (!isRecord(operation)) throw new GeneratorError('is not an object', { file, path: id });
  const target = (reference: unknown) =>
    isRecord(reference) && typeof reference['shape'] === 'string' ? namespace + reference['shape'] : undefined;
  const errors = Array.isArray(operation['errors']) ? operation['errors'] : [];
  const input = target(operation['input']);
  const output = target(operation['output']);
  return {
    ...noContent(id, 'operation'),
    traits: { ...traits, ...(operation['deprecated'] === true ? { 'smithy.api#deprecated': {} } : {}) },
    errors: errors.map(target).filter((error) => error !== undefined),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
}

function noContent(id: string, type: string): AstShape {
  return { id, type, traits: {}, members: [], operations: [], resources: [], errors: [] };
}
