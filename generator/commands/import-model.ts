// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { importModel } from '../import-model/import-model.ts';

/** Imports a model file into `api-models/<service>`. */
export async function importModelCommand(root: string, file: string, options: { service: string }): Promise<void> {
  const out = path.relative(process.cwd(), path.join(root, 'api-models', options.service));
  await importModel({
    file,
    service: options.service,
    out,
    progress: (line) => void process.stderr.write(`${line}\n`),
  });
}
