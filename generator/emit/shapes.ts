// SPDX-License-Identifier: Apache-2.0
import type { OperationModel, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';
import { structureWithin } from '../structure-within.ts';
import { shapeConstant, structureLiteral } from './type-code.ts';
import { constantOf, importOf, interfaceOf, type PrintTypeScript } from './type-script.ts';

/** The structures below the resources, each once, those it uses before it. */
export function collectStructures(resources: readonly ResourceModel[]): readonly StructureModel[] {
  const found = new Set<StructureModel>();
  const visit = (type: TypeModel): void => {
    const structure = structureWithin(type);
    if (!structure || found.has(structure)) return;
    for (const { type: member } of structure.members) visit(member);
    found.add(structure);
  };
  for (const resource of resources) {
    for (const { type } of [...resource.spec.members, ...resource.status.members]) visit(type);
    for (const operation of Object.values(resource.operations) as OperationModel[]) {
      for (const { type } of [...operation.input, ...operation.output]) visit(type);
    }
  }
  return [...found];
}

/** `resources/shapes.ts`: every structure as an interface and as data. */
export function emitShapes(structures: readonly StructureModel[], header: string, print: PrintTypeScript): string {
  const byName = [...structures].sort((a, b) => (a.name < b.name ? -1 : 1));
  return print('resources/shapes.ts', header, [
    ...importOf(['StructureShape'], '../../../runtime/generated.ts', true),
    ...byName.map((structure) => interfaceOf(structure, `The shape ${structure.name}.`)),
    // In the order of use: a constant can only name those above it.
    ...structures.map((structure) =>
      constantOf(
        shapeConstant(structure),
        'StructureShape',
        structureLiteral(structure),
        `The members of ${structure.name}.`,
      ),
    ),
  ]);
}

/** The structures that types use directly, or as what their lists and maps hold; each once. */
export function structuresUsed(types: Iterable<TypeModel>): readonly StructureModel[] {
  return [...new Set([...types].map(structureWithin).filter((structure) => structure !== undefined))];
}
