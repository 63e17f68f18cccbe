// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { isApiError } from './kubernetes/api-error.ts';
import { CUSTOM_RESOURCE_DEFINITION } from './kubernetes/resource-types.ts';
import type { KubernetesClient } from './kubernetes/types.ts';
import type { Log } from './observability/log.ts';
import { StartFailure } from './start-failure.ts';

/** Options of {@link applyCrds}. */
export interface ApplyCrdsOptions {
  readonly client: Pick<KubernetesClient, 'patch'>;
  /** The folder with the CRDs, a `.yaml` file each. */
  readonly folder: string;
  /** CRDs of other groups are refused. */
  readonly group: string;
  readonly log: Log;
}

/**
 * Brings the CRDs of a folder into the cluster by server-side apply: what the chart's upgrade does, since Helm itself never changes a CRD.
 * Stored objects stay. All files are read before the first is applied. Throws {@link StartFailure}, or `ApiError`.
 */
export async function applyCrds({ client, folder, group, log }: ApplyCrdsOptions): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  const names = files.filter((file) => file.endsWith('.yaml')).sort();
  if (names.length === 0) {
    throw new StartFailure(`there is no CRD in ${folder}`);
  }
  const crds = await Promise.all(names.map((name) => readCrd(path.join(folder, name), group)));
  for (const { name, manifest } of crds) {
    try {
      await client.patch(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name }, manifest, { type: 'apply' });
    } catch (error) {
      if (isApiError(error)) {
        throw new StartFailure(`CRD ${name} cannot be applied: ${error.message}`, { cause: error });
      }
      throw error;
    }
    log.info({ crd: name }, 'CRD is applied');
  }
}

async function readCrd(file: string, group: string): Promise<{ readonly name: string; readonly manifest: unknown }> {
  const document = parseDocument(await readFile(file, 'utf8'));
  const manifest: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  const { kind, metadata } = (manifest ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  const name = metadata?.name;
  if (kind !== 'CustomResourceDefinition' || typeof name !== 'string' || !name.endsWith(`.${group}`)) {
    throw new StartFailure(`${file} is not a CRD of group ${group}`);
  }
  return { name, manifest };
}
