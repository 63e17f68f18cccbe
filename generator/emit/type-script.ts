// SPDX-License-Identifier: Apache-2.0
import {
  type ImportDeclarationStructure,
  IndentationText,
  type InterfaceDeclarationStructure,
  type OptionalKind,
  Project,
  QuoteKind,
  type StatementStructures,
  StructureKind,
} from 'ts-morph';
import type { StructureModel } from '../resource-model.ts';
import { type Literal, printLiteral } from './print-literal.ts';
import { typeScriptType } from './type-code.ts';

/** Prints one TypeScript file. The statements are handed over as a whole: adding them one by one takes minutes on a service this size. */
export type PrintTypeScript = (
  path: string,
  header: string,
  statements: readonly (StatementStructures | string)[],
) => string;

/** A printer whose project is shared by all files of a generation. Its files are parsed back; a syntax error is a defect of ours. */
export function createTypeScriptPrinter(): PrintTypeScript {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    skipFileDependencyResolution: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Single },
  });
  return (path, header, statements) => {
    const file = project.createSourceFile(path, { statements: [...statements] });
    const text = `${header}${file.getFullText()}`;
    project.removeSourceFile(file);
    const parsed = project.createSourceFile(path, text, { overwrite: true });
    const [diagnostic] = project.getProgram().getSyntacticDiagnostics(parsed);
    project.removeSourceFile(parsed);
    if (diagnostic) throw new Error(`${path}:${diagnostic.getLineNumber()}: ${String(diagnostic.getMessageText())}`);
    return text;
  };
}

/** `import { a, b } from 'module'`, names sorted; nothing for no names. */
export function importOf(
  names: Iterable<string>,
  module: string,
  isTypeOnly = false,
): (OptionalKind<ImportDeclarationStructure> & { kind: StructureKind.ImportDeclaration })[] {
  const sorted = [...new Set(names)].sort();
  if (sorted.length === 0) return [];
  return [{ kind: StructureKind.ImportDeclaration, moduleSpecifier: module, isTypeOnly, namedImports: sorted }];
}

/** An exported interface of a structure's members under their JSON names, all of them optional as the objects of a cluster are. */
export function interfaceOf(structure: StructureModel, doc: string): InterfaceDeclarationStructure {
  return {
    kind: StructureKind.Interface,
    name: structure.name,
    isExported: true,
    docs: [doc],
    properties: structure.members.map(({ json, type }) => ({
      name: json,
      isReadonly: true,
      hasQuestionToken: true,
      type: typeScriptType(type),
    })),
  };
}

/** An exported constant with its type; as text, since ts-morph would indent the lines of the literal a second time. */
export function constantOf(name: string, type: string, value: Literal, doc: string): string {
  return `/** ${doc} */\nexport const ${name}: ${type} = ${printLiteral(value)};\n`;
}
