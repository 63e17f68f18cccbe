// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyCrds } from '../../runtime/apply-crds.ts';
import { ApiError } from '../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../runtime/kubernetes/types.ts';
import { createRecordingLog } from '../support/recording-log.ts';

const group = 'sagemaker.services.k8s.aws';
const crd = (name: string): string => `kind: CustomResourceDefinition\nmetadata:\n  name: ${name}\nspec: {}\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ack-crds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Applies what is in the folder and answers the names that were patched, with what it failed with. */
async function apply(patch: () => Promise<unknown> = async () => ({})): Promise<{ names: string[]; failure?: string }> {
  const names: string[] = [];
  const client = {
    patch: async (_type: unknown, key: { name: string }, _body: unknown, options: { type: string }) => {
      names.push(`${options.type} ${key.name}`);
      return patch();
    },
  } as unknown as Pick<KubernetesClient, 'patch'>;
  try {
    await applyCrds({ client, folder, group, log: createRecordingLog() });
    return { names };
  } catch (error) {
    return { names, failure: `${(error as Error).name}: ${(error as Error).message}` };
  }
}

test('every YAML file is applied by the server, and nothing else in the folder is', async () => {
  await writeFile(path.join(folder, 'b.yaml'), crd(`models.${group}`));
  await writeFile(path.join(folder, 'a.yaml'), crd(`endpoints.${group}`));
  await writeFile(path.join(folder, 'Kustomization'), 'resources: []');
  expect(await apply()).toEqual({ names: [`apply endpoints.${group}`, `apply models.${group}`] });
});

test.each([
  ['another kind', 'kind: ConfigMap\nmetadata:\n  name: x\n'],
  ['another group', crd('widgets.example.com')],
  ['no YAML', 'kind: [\n'],
  ['nothing', ''],
])('a file with %s stops all before the first is applied', async (_title, text) => {
  await writeFile(path.join(folder, 'a.yaml'), crd(`endpoints.${group}`));
  await writeFile(path.join(folder, 'b.yaml'), text);
  const { names, failure } = await apply();
  expect(names).toEqual([]);
  expect(failure).toBe(`StartFailure: ${path.join(folder, 'b.yaml')} is not a CRD of group ${group}`);
});

test('an empty and a missing folder are said', async () => {
  expect(await apply()).toEqual({ names: [], failure: `StartFailure: there is no CRD in ${folder}` });
  await rm(folder, { recursive: true });
  expect(await apply()).toEqual({ names: [], failure: `StartFailure: there is no CRD in ${folder}` });
});

test('a refusal names the CRD', async () => {
  await writeFile(path.join(folder, 'a.yaml'), crd(`endpoints.${group}`));
  const refuse = (): Promise<never> =>
    Promise.reject(new ApiError({ code: 403, reason: 'Forbidden', message: 'may not patch' }));
  expect(await apply(refuse)).toEqual({
    names: [`apply endpoints.${group}`],
    failure: `StartFailure: CRD endpoints.${group} cannot be applied: may not patch`,
  });
});
