// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { kebabCase } from '../../generator/names/names.ts';
import type { Samples } from '../environment/simulator/minimal-input.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The values that the mapping of a kind gives for its sample; none where it has no mapping. */
export function samplesOf(kind: string): Samples {
  const file = `api-models/sagemaker/resources/${kebabCase(kind)}.yaml`;
  return {
    file,
    values: existsSync(path.join(root, file)) ? readSamples(readFileSync(path.join(root, file), 'utf8')) : {},
  };
}

/** The `sample`s below `fields` in the text of a mapping. */
function readSamples(mapping: string): Readonly<Record<string, unknown>> {
  const { fields = {} } = parse(mapping) as {
    readonly fields?: Readonly<Record<string, { readonly sample?: unknown }>>;
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { sample }]) => (sample === undefined ? [] : [[name, sample]])),
  );
}
