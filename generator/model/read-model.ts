// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import type { Member, Operation, ServiceModel, Shape } from './model.ts';
import { isRecord } from './parse-json.ts';
import { parseSmithy } from './parse-smithy.ts';
import { readShape } from './read-shape.ts';
import { type ServiceClosure, serviceClosure } from './service-closure.ts';
import { type AstShape, localName } from './smithy-ast.ts';

/**
 * Reads the one service of a Smithy JSON AST and what it reaches, by short names. `file` is for messages.
 * Throws a GeneratorError with the shape's id where the model is malformed or cannot be generated from.
 */
export function readModel(text: string, file: string): ServiceModel {
  const closure = serviceClosure(parseSmithy(text, file));
  const { service } = closure;
  const nameOf = shortNames(closure, file);
  const shapes = new Map<string, Shape>();
  for (const shape of closure.shapes) {
    const read = readShape(shape, nameOf, file);
    shapes.set(read.name, read);
  }
  const facts = service.traits['aws.api#service'];
  if (!isRecord(facts) || typeof facts['sdkId'] !== 'string') {
    throw new GeneratorError('has no aws.api#service trait with an sdkId', { file, path: service.id });
  }
  const endpointPrefix = facts['endpointPrefix'];
  const operations = new Map<string, Operation>();
  for (const operation of closure.operations) {
    const read = readOperation(operation, service, nameOf, shapes, file);
    operations.set(read.name, read);
  }
  return {
    file,
    sdkId: facts['sdkId'],
    apiVersion: service.version ?? '',
    endpointPrefix: typeof endpointPrefix === 'string' ? endpointPrefix : localName(service.id).toLowerCase(),
    operations,
    shapes,
  };
}

/** Short names of all shapes. A prelude shape yields its short name to a shape of the service; two of the service's are a mistake. */
function shortNames({ service, shapes }: ServiceClosure, file: string): (id: string) => string {
  const nameById = new Map<string, string>();
  const idByName = new Map<string, string>();
  const isOwn = ({ id }: AstShape) => !id.startsWith('smithy.api#');
  for (const { id } of [...shapes.filter(isOwn), ...shapes.filter((shape) => !isOwn(shape))]) {
    const name = service.rename?.[id] ?? localName(id);
    const other = idByName.get(name);
    if (other !== undefined && !id.startsWith('smithy.api#')) {
      throw new GeneratorError(`has the same short name as ${other}; rename one of them in the service`, {
        file,
        path: id,
      });
    }
    idByName.set(other === undefined ? name : id, id);
    nameById.set(id, other === undefined ? name : id);
  }
  return (id) => nameById.get(id) ?? localName(id);
}

function readOperation(
  operation: AstShape,
  service: AstShape,
  nameOf: (id: string) => string,
  shapes: Map<string, Shape>,
  file: string,
): Operation {
  const name = localName(operation.id);
  const structureOf = (id: string | undefined, suffix: 'Input' | 'Output') => {
    if (id === undefined || id === 'smithy.api#Unit')
      return addEmptyStructure(`${name}${suffix}`, shapes, file, operation.id);
    const short = nameOf(id);
    if (shapes.get(short)?.kind === 'structure') return short;
    throw new GeneratorError(`has the ${suffix.toLowerCase()} ${id}, which is no structure`, {
      file,
      path: operation.id,
    });
  };
  const paginated = readPaginated(operation, service);
  return {
    name,
    input: structureOf(operation.input, 'Input'),
    output: structureOf(operation.output, 'Output'),
    errors: [...new Set([...service.errors, ...operation.errors].map(nameOf))].sort(),
    ...(paginated ? { paginated } : {}),
  };
}

function addEmptyStructure(name: string, shapes: Map<string, Shape>, file: string, path: string): string {
  const existing = shapes.get(name);
  const members: readonly Member[] = [];
  if (!existing) shapes.set(name, { kind: 'structure', name, traits: {}, members });
  else if (existing.kind !== 'structure' || existing.members.length > 0) {
    throw new GeneratorError(`has no structure of its own to name ${name}, and another shape has that name`, {
      file,
      path,
    });
  }
  return name;
}

/** The operation's own paging facts over those of the whole service. */
function readPaginated(operation: AstShape, service: AstShape): Operation['paginated'] {
  const own = operation.traits['smithy.api#paginated'];
  if (!isRecord(own)) return undefined;
  const common = service.traits['smithy.api#paginated'];
  const { inputToken, outputToken, items, pageSize } = { ...(isRecord(common) ? common : {}), ...own };
  if (typeof inputToken !== 'string' || typeof outputToken !== 'string') return undefined;
  return {
    inputToken,
    outputToken,
    ...(typeof items === 'string' ? { items } : {}),
    ...(typeof pageSize === 'string' ? { pageSize } : {}),
  };
}
