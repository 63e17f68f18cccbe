// SPDX-License-Identifier: Apache-2.0
import type { StructureModel, TypeModel } from './resource-model.ts';

type Paths = readonly (readonly string[])[];

// The same structure without the same members is the same object, as structures are everywhere; nothing but a cache.
const known = new WeakMap<StructureModel, Map<string, StructureModel>>();

/** The type without the members at paths of SDK names, through lists and maps; the type itself if there are no paths. */
export function leaveOut(type: TypeModel, paths: Paths): TypeModel {
  if (paths.length === 0) return type;
  switch (type.kind) {
    case 'list':
      return { ...type, item: leaveOut(type.item, paths) };
    case 'map':
      return { ...type, value: leaveOut(type.value, paths) };
    case 'structure':
      return { ...type, structure: structureWithout(type.structure, paths) };
    default:
      return type;
  }
}

function structureWithout(structure: StructureModel, paths: Paths): StructureModel {
  const suffix = paths
    .map((path) => path.join('_'))
    .sort()
    .join('And');
  const variants = known.get(structure) ?? new Map<string, StructureModel>();
  known.set(structure, variants);
  const found = variants.get(suffix);
  if (found) return found;
  const members = structure.members
    .filter(({ sdk }) => !paths.some(([name, ...below]) => name === sdk && below.length === 0))
    .map((member) => {
      const below = paths.filter(([name]) => name === member.sdk).map((path) => path.slice(1));
      return below.length === 0 ? member : { ...member, type: leaveOut(member.type, below) };
    });
  const variant = { ...structure, name: `${structure.name}Without${suffix}`, members };
  variants.set(suffix, variant);
  return variant;
}
