// SPDX-License-Identifier: Apache-2.0
//
// Helm and kubectl read YAML 1.1, where a bare Off is false and a bare 1:30 is 90; the `yaml` package reads 1.2.
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { generate } from '../../generator/generate.ts';
import { cases, readCase, readFolder } from './generate-case.ts';

const generated = readFolder(path.resolve(import.meta.dirname, '../../generated/sagemaker'));
const small = cases.map((name) => [name, generate(readCase(name)).files] as const);

/** Manifests, values and kustomizations; the templates of the chart are no YAML before Helm has filled them. */
function manifestsIn(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].filter(
    ([file]) => (/\.yaml$/.test(file) && !file.startsWith('helm/templates/')) || file.endsWith('/Kustomization'),
  );
}

function read(text: string, version: '1.1' | '1.2'): unknown[] {
  return parseAllDocuments(text, { version }).map((document) => document.toJS());
}

test.each([['sagemaker', generated] as const, ...small])(
  'every YAML file of %s means the same in YAML 1.1 and 1.2',
  (_, files) => {
    const manifests = manifestsIn(files);
    expect(manifests.length).toBeGreaterThan(10);
    for (const [file, text] of manifests)
      expect({ file, read: read(text, '1.1') }).toEqual({ file, read: read(text, '1.2') });
  },
);
