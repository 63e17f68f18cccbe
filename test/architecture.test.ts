// SPDX-License-Identifier: Apache-2.0
//
// Imports go one way: generated -> runtime and hooks; hooks take types only, of generated and runtime; the generator knows neither, and
// nothing that runs knows the generator. Only the simulator reads models as the generator does.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ts } from 'ts-morph';

const root = path.resolve(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  /** Relative to the repository, or the name of a package. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const allowed: Readonly<Record<string, (edge: Import) => boolean>> = {
  runtime: ({ to }) => to.startsWith('runtime/'),
  generator: ({ to }) => to.startsWith('generator/'),
  generated: ({ from, to, isTypeOnly }) =>
    to === 'runtime/generated.ts' ||
    to.startsWith(`${from.split('/').slice(0, 2).join('/')}/`) ||
    (/^api-models\/[^/]+\/resources\/[^/]+\.ts$/.test(to) && !isTypeOnly),
  'api-models': ({ from, to, isTypeOnly }) =>
    isTypeOnly && (to.startsWith('runtime/') || to.startsWith(`generated/${from.split('/')[1]}/`)),
  'test/environment': ({ to }) =>
    !to.startsWith('generator/') || /^generator\/(model|names|errors|translate-pattern)\b/.test(to),
};

/** Packages that only make or test things must not be in what runs. */
const buildPackages = ['ajv', 'commander', 'esbuild', 'fflate', 'handlebars', 'ts-morph', 'typescript', 'jest'];

describe.each(Object.keys(allowed))('%s', (folder) => {
  const imports = importsBelow(folder);

  test('has imports to look at', () => {
    expect(imports.length).toBeGreaterThanOrEqual(2);
  });

  test('imports only what its room may', () => {
    const isAllowed = allowed[folder]!;
    const wrong = imports.filter((edge) => /^[^@].*\.(ts|json)$/.test(edge.to) && !isAllowed(edge));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
});

test.each(['runtime', 'generated', 'api-models'])('%s uses no package that is for building only', (folder) => {
  const wrong = importsBelow(folder).filter(({ to }) => buildPackages.includes(to));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('the runtime knows no AWS service by name', () => {
  const clients = importsBelow('runtime').filter(({ to }) => /^@aws-sdk\/client-(?!sts$)/.test(to));
  expect(clients).toEqual([]);
});

function importsBelow(folder: string): readonly Import[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .flatMap((entry) => importsOf(path.relative(root, path.join(entry.parentPath, entry.name))));
}

function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return;
    const { text } = specifier;
    const to = text.startsWith('.') ? path.join(path.dirname(file), text).replaceAll(path.sep, '/') : text;
    found.push({ from: file.replaceAll(path.sep, '/'), to, isTypeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
