// SPDX-License-Identifier: Apache-2.0
import type { FieldModel, StructureModel, TypeModel } from '../resource-model.ts';
import type { Literal } from './print-literal.ts';

/** The value of a field as the runtime's `FieldType`. */
export function fieldTypeLiteral(type: TypeModel): Literal {
  switch (type.kind) {
    case 'enum':
      return 'string';
    case 'list':
      return { list: fieldTypeLiteral(type.item) };
    case 'map':
      return { map: fieldTypeLiteral(type.value) };
    case 'structure':
      return { structure: { typeScript: shapeConstant(type.structure) } };
    default:
      return type.kind;
  }
}

/** A member as the runtime's `StructureMember`. */
export function memberLiteral(field: FieldModel): Literal {
  return {
    json: field.json,
    sdk: field.sdk,
    type: fieldTypeLiteral(field.type),
    sensitive: field.sensitive ? true : undefined,
  };
}

/** A structure as the runtime's `StructureShape`. */
export function structureLiteral(structure: StructureModel): Literal {
  return {
    name: structure.name,
    members: structure.members.map(memberLiteral),
  };
}

/** The constant that holds a structure's shape, `vpcConfigShape`. */
export function shapeConstant(structure: StructureModel): string {
  return `${lowerFirst(structure.name)}Shape`;
}

/** The type of a field as its interface says it. */
export function typeScriptType(type: TypeModel): string {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'number':
      return 'number';
    case 'list':
      return `readonly ${typeScriptType(type.item).startsWith('readonly ') ? `(${typeScriptType(type.item)})` : typeScriptType(type.item)}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeScriptType(type.value)}>>`;
    case 'structure':
      return type.structure.name;
    default:
      return 'string';
  }
}

// Words that a Kind may be called and that no constant of an ES module can.
const reserved: ReadonlySet<string> = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** The constant that holds a resource's definition, `trainingJob`; `functionResource` for the Kind Function. */
export function definitionConstant({ kind }: { readonly kind: string }): string {
  const name = lowerFirst(kind);
  return reserved.has(name) ? `${name}Resource` : name;
}

/** The name with its first letter small. */
function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
