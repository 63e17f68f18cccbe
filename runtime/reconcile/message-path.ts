// SPDX-License-Identifier: Apache-2.0
import type { FieldType, ResourceDefinition, StructureShape } from '../definition.ts';

/**
 * The path below `spec` that a validation message of AWS speaks of, in the CRD's names: SageMaker writes `… at 'resourceConfig.instanceType'
 * failed to satisfy constraint …`, with list positions as `.1.member.`. Undefined when it names none that the spec has.
 */
export function specPathIn(message: string, definition: ResourceDefinition): string | undefined {
  const named = / at '([A-Za-z0-9_.]+)' failed to satisfy/.exec(message)?.[1];
  return named === undefined ? undefined : walk(named.split('.'), { structure: definition.spec }, '');
}

function walk(segments: readonly string[], type: FieldType, path: string): string | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return path === '' ? undefined : path;
  if (typeof type === 'string') return path === '' ? undefined : path;
  if ('list' in type) {
    const position = Number(segment);
    // Positions count from 1 and are followed by the word `member`.
    if (!Number.isInteger(position) || position < 1) return path;
    return walk(rest[0] === 'member' ? rest.slice(1) : rest, type.list, `${path}[${position - 1}]`);
  }
  if ('map' in type) return path;
  const member = memberOf(type.structure, segment);
  if (!member) return path === '' ? undefined : path;
  return walk(rest, member.type, path === '' ? member.json : `${path}.${member.json}`);
}

function memberOf(shape: StructureShape, name: string) {
  const wanted = name.toLowerCase();
  return shape.members.find((member) => member.sdk.toLowerCase() === wanted || member.json.toLowerCase() === wanted);
}
