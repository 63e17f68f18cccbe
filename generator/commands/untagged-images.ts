// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The environment that docker, podman or buildah is run in. */
export function toolEnvironment(tool: string): NodeJS.ProcessEnv {
  return tool === 'buildah' ? { STORAGE_DRIVER: 'vfs', ...process.env } : process.env;
}

/** The ids of the images that have these names, in the order of the names; a name that no image has is left out. */
export async function imageIds(tool: string, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push(...(await ask(tool, ['images', '--quiet', '--no-trunc', name])));
  return ids;
}

/**
 * Removes those of the images that have no name any more, since a build gave theirs to another image. What cannot be removed, because a
 * container uses it say, stays.
 */
export async function removeUntagged(tool: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const untagged = new Set(await ask(tool, ['images', '--quiet', '--no-trunc', '--filter', 'dangling=true']));
  // One after the other: an image goes before the base that it is made of.
  for (const id of ids) {
    if (untagged.has(id)) await ask(tool, ['rmi', id]);
  }
}

/** The lines of an answer; none where the tool fails, as buildah does where there is no such image. */
async function ask(tool: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await execute(tool, [...args], { env: toolEnvironment(tool) }).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter((line) => line !== '');
}
