// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel, Shape } from '../../../../generator/model/model.ts';
import { type AwsApiError, serializationException } from '../api-error.ts';
import type { Data } from '../resource.ts';

/**
 * Reads a request body as AWS's JSON 1.1 parser does: members that the model does not know and nulls are left out, a value of
 * another type is refused. Maps come without a prototype, so that a key may be any text.
 * @throws AwsApiError SerializationException
 */
export function parseInput(model: ServiceModel, shapeName: string, body: string): Data {
  let json: unknown;
  try {
    json = body === '' ? {} : JSON.parse(body);
  } catch {
    throw serializationException('Could not parse the request body as JSON.');
  }
  return parse(model, shapeName, json) as Data;
}

function parse(model: ServiceModel, shapeName: string, json: unknown): unknown {
  const shape = model.shapes.get(shapeName);
  if (!shape) throw new Error(`the model of the simulator has no shape ${shapeName}`);
  switch (shape.kind) {
    case 'structure':
    case 'union':
      return parseStructure(model, shape, json);
    case 'list':
      if (!Array.isArray(json)) throw unexpected(json, 'a list');
      return json.map((item) => (item === null ? null : parse(model, shape.member.target, item)));
    case 'map':
      return parseMap(model, shape, json);
    default:
      return parseScalar(shape.kind, json);
  }
}

function parseStructure(model: ServiceModel, shape: Extract<Shape, { members: unknown }>, json: unknown): Data {
  if (!isJsonObject(json)) throw unexpected(json, 'a structure');
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const value = Object.hasOwn(json, member.name) ? json[member.name] : null;
    if (value !== null && value !== undefined) result[member.name] = parse(model, member.target, value);
  }
  return result;
}

function parseMap(model: ServiceModel, shape: Extract<Shape, { kind: 'map' }>, json: unknown): Data {
  if (!isJsonObject(json)) throw unexpected(json, 'a map');
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(json)) {
    const value = json[key];
    result[key] = value === null ? null : parse(model, shape.value.target, value);
  }
  return result;
}

function parseScalar(kind: Shape['kind'], json: unknown): unknown {
  switch (kind) {
    case 'boolean':
      if (typeof json === 'boolean') return json;
      throw notConvertible(json, 'a Boolean');
    case 'integer':
    case 'long':
      // AWS cuts a fraction off where a whole number belongs.
      if (typeof json === 'number') return Math.trunc(json);
      throw notConvertible(json, kind === 'integer' ? 'an Integer' : 'a Long');
    case 'float':
    case 'double':
    case 'timestamp':
      if (typeof json === 'number') return json;
      throw notConvertible(json, kind === 'timestamp' ? 'a Timestamp' : `a ${kind === 'float' ? 'Float' : 'Double'}`);
    case 'document':
      return json;
    default:
      if (typeof json === 'string') return json;
      throw notConvertible(json, kind === 'blob' ? 'a Blob' : 'a String');
  }
}

function notConvertible(json: unknown, wanted: string): AwsApiError {
  if (typeof json === 'object') return unexpected(json, wanted);
  const token = typeof json === 'boolean' ? `${json}`.toUpperCase() : typeof json === 'number' ? 'NUMBER' : 'STRING';
  return serializationException(`${token}_VALUE can not be converted to ${wanted}`);
}

function unexpected(json: unknown, wanted: string): AwsApiError {
  if (Array.isArray(json)) return serializationException('Start of list found where not expected');
  if (typeof json === 'object' && json !== null) {
    return serializationException('Start of structure or map found where not expected.');
  }
  return serializationException(`Unexpected value where ${wanted} was expected`);
}

function isJsonObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
