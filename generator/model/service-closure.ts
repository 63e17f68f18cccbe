// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';
import { preludeShape } from './prelude.ts';
import type { AstShape, SmithyAst } from './smithy-ast.ts';

/** A service with everything that it reaches. */
export interface ServiceClosure {
  readonly service: AstShape;
  /** Its operations, also those of its resources, sorted by id, each once. */
  readonly operations: readonly AstShape[];
  /** The shapes that inputs, outputs and errors reach, prelude shapes included, sorted by id. */
  readonly shapes: readonly AstShape[];
}

/** Finds the one service of a model and follows it. Throws where a target does not exist, or where there is not exactly one service. */
export function serviceClosure(ast: SmithyAst): ServiceClosure {
  const service = findService(ast);
  const operations = findOperations(ast, service);
  const reached = new Map<string, AstShape>();
  // Enum members target Unit only as a form.
  const follow = (id: string, from: string) => {
    if (reached.has(id)) return;
    const shape = shapeOf(ast, id, from);
    reached.set(id, shape);
    if (shape.type === 'enum' || shape.type === 'intEnum') return;
    for (const member of shape.members) follow(member.target, `${id}$${member.name}`);
  };
  for (const error of service.errors) follow(error, service.id);
  for (const operation of operations) {
    for (const id of [operation.input, operation.output, ...operation.errors]) {
      if (id !== undefined && id !== 'smithy.api#Unit') follow(id, operation.id);
    }
  }
  return { service, operations, shapes: [...reached.values()].sort(byId) };
}

function findService({ shapes, file }: SmithyAst): AstShape {
  const services = [...shapes.values()].filter((shape) => shape.type === 'service');
  const [service] = services;
  if (!service) throw new GeneratorError('has no service', { file });
  if (services.length > 1)
    throw new GeneratorError(`has ${services.length} services: ${services.map(({ id }) => id).join(', ')}`, { file });
  return service;
}

function findOperations(ast: SmithyAst, service: AstShape): AstShape[] {
  const operations = new Map<string, AstShape>();
  const seen = new Set<string>();
  const visit = (owner: AstShape) => {
    if (seen.has(owner.id)) return;
    seen.add(owner.id);
    for (const id of owner.operations) operations.set(id, shapeOf(ast, id, owner.id, 'operation'));
    for (const id of owner.resources) visit(shapeOf(ast, id, owner.id, 'resource'));
  };
  visit(service);
  return [...operations.values()].sort(byId);
}

function shapeOf(ast: SmithyAst, id: string, from: string, type?: string): AstShape {
  const shape = ast.shapes.get(id) ?? preludeShape(id);
  const location = { file: ast.file, path: from };
  if (!shape) {
    const nearest = nearestName(id, ast.shapes.keys());
    const hint = nearest === undefined ? '' : `; the nearest name is ${nearest}`;
    throw new GeneratorError(`targets ${id}, which does not exist${hint}`, location);
  }
  if (type !== undefined && shape.type !== type)
    throw new GeneratorError(`names ${id}, which is no ${type} but a ${shape.type}`, location);
  return shape;
}

function byId(left: AstShape, right: AstShape): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
