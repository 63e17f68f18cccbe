// SPDX-License-Identifier: Apache-2.0
//
// Kinds that have no mapping: each is scaffolded, its states are said, and it is generated into a temporary folder. It has a whole life
// then, without a line of test code or a rule of the simulator's of its own.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { scaffold } from '../../../generator/commands/scaffold.ts';
import { generate } from '../../../generator/generate.ts';
import { kebabCase } from '../../../generator/names/names.ts';
import { readInput } from '../../../generator/read-input.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { allKinds } from '../../environment/simulator/kinds/all-kinds.ts';
import { defaultRules } from '../../environment/simulator/kinds/default-rules.ts';
import { readServiceModel } from '../../support/spec-values.ts';
import { createPlay } from './play.ts';
import { scenarios } from './scenarios.ts';
import { type Stage, setStage } from './world.ts';

/** What a person says of a kind: what its states mean. One settles and stays, one is there at once, one runs and ends. */
const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AppImageConfig: {},
  Algorithm: {
    Completed: 'ready',
    Deleting: 'deleting',
    Failed: 'failed',
    InProgress: 'creating',
    Pending: 'creating',
  },
  CompilationJob: {
    COMPLETED: 'succeeded',
    FAILED: 'failed',
    INPROGRESS: 'running',
    STARTING: 'creating',
    STOPPED: 'stopped',
    STOPPING: 'stopping',
  },
};

const root = path.resolve(import.meta.dirname, '../../..');
const model = readServiceModel();
const environment = { ...process.env };
const folder = await makeFolder();
const definitions = await addKinds();
let stage: Stage;

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  const rules = definitions.map((definition) => defaultRules(model, definition));
  stage = await setStage({ definitions, rules, crds: path.join(folder, 'crds') });
}, 120_000);

afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
  process.env = { ...environment };
}, 60_000);

test('the simulator has no rules of their own for them', () => {
  expect(allKinds.map(({ kind }) => kind).filter((kind) => kind in STATES)).toEqual([]);
});

// Each of them may have got a mapping.
for (const definition of definitions)
  describe(definition.kind, () => {
    const parts = scenarios.filter(({ applies }) => applies(definition));
    test.each(parts.map((part) => [part.name, part] as const))(
      '%s',
      async (__, part) => {
        expect(await part.play(createPlay(stage, model, definition))).toEqual([]);
      },
      120_000,
    );
  });

/** Within the repository, where what is generated finds its packages. */
async function makeFolder(): Promise<string> {
  await mkdir(path.join(root, 'dist'), { recursive: true });
  return mkdtemp(path.join(root, 'dist', 'added-kinds-'));
}

function fileOf(kind: string): string {
  return `api-models/sagemaker/resources/${kebabCase(kind)}.yaml`;
}

/** Generates the service with the kinds in it, and answers their definitions. */
async function addKinds(): Promise<readonly ResourceDefinition[]> {
  const input = await readInput(root, 'sagemaker');
  const mapped = new Set(input.mappings.map(({ file }) => file));
  // One that has a mapping by now lives with all others, in lifecycle.test.ts.
  const kinds = Object.entries(STATES).filter(([kind]) => !mapped.has(fileOf(kind)));
  const mappings = kinds.map(([kind, states]) => {
    const text = scaffold(model, kind).replaceAll(
      /^( {4}(\w+)): TODO$/gm,
      (_, line, state) => `${line}: ${states[state]}`,
    );
    return { file: fileOf(kind), text };
  });
  const { files } = generate({ ...input, mappings: [...input.mappings, ...mappings] });
  const wanted = [...files].filter(([file]) => file.startsWith('resources/') || file.startsWith('crds/'));
  for (const [file, text] of wanted) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text.replaceAll("'../../../", `'${root}/`));
  }
  return Promise.all(
    kinds.map(async ([kind]) => {
      const made = (await import(path.join(folder, 'resources', `${kebabCase(kind)}.ts`))) as Record<string, unknown>;
      const name = kind.charAt(0).toLowerCase() + kind.slice(1);
      return made[name] as ResourceDefinition;
    }),
  );
}
