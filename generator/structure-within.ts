// SPDX-License-Identifier: Apache-2.0
import type { StructureModel, TypeModel } from './resource-model.ts';

/** The structure that a type leads to, through lists and maps; undefined if it leads to a scalar. */
export function structureWithin(type: TypeModel): StructureModel | undefined {
  switch (type.kind) {
    case 'structure':
      return type.structure;
    case 'list':
      return structureWithin(type.item);
    case 'map':
      return structureWithin(type.value);
    default:
      return undefined;
  }
}
