// SPDX-License-Identifier: Apache-2.0
//
// What the pages name is what the code has.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sagemaker } from '../generated/sagemaker/service.ts';
import { createAwsSessions } from '../runtime/aws/sessions.ts';
import { systemClock } from '../runtime/clock.ts';
import { parseSettings } from '../runtime/config/flags.ts';
import { createMetrics } from '../runtime/observability/metrics.ts';
import * as annotations from '../runtime/reconcile/annotations.ts';
import { createRecordingLog } from './support/recording-log.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = ['README.md', ...filesOf('docs', '.md')];

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}

describe('docs/annotations.md', () => {
  const rows = [...read('docs/annotations.md').matchAll(/^\| `([^`]*services\.k8s\.aws\/[^`]*)` \|/gm)];
  const inTable = rows.map(([, key = '']) => key).sort();

  test('has every annotation that the code reads or writes, once, and no other', () => {
    expect(inTable).toEqual([...keysOfRuntime(), ...keysOfHooks(), ...keysOfDefinitions()].sort());
  });

  test('is where every annotation that another page names is found', () => {
    // Tags and finalizers have the prefix too; what follows `controller-` or `namespace` is a tag's.
    const isTag = (key: string): boolean => /\/(controller-version|namespace)$/.test(key);
    const named = pages.flatMap((page) => [...read(page).matchAll(/(?:sagemaker\.)?services\.k8s\.aws\/[a-z-]{3,}/g)]);
    const unknown = named.map(([key]) => key).filter((key) => !inTable.includes(key) && !isTag(key));
    expect(unknown).toEqual([]);
  });

  function keysOfRuntime(): string[] {
    const constants = Object.values(annotations).filter((value) => typeof value === 'string');
    return [...constants, annotations.serviceDeletionPolicy(sagemaker.name), annotations.deleteRecord(sagemaker.group)];
  }

  function keysOfHooks(): string[] {
    const folder = 'api-models/sagemaker/resources';
    return filesOf(folder, '.ts').flatMap((file) =>
      [...read(file).matchAll(/'([a-z.]*services\.k8s\.aws\/[^']+)'/g)].map(([, key = '']) => key),
    );
  }

  /** What a call to AWS takes from the object. */
  function keysOfDefinitions(): string[] {
    return sagemaker.resources.flatMap(({ operations }) =>
      Object.values(operations).flatMap(({ input }) =>
        input.flatMap(({ annotation }) => (annotation === undefined ? [] : [annotation])),
      ),
    );
  }
});

describe('metrics', () => {
  const known = /\b(?:ack|controller_runtime|workqueue|leader_election|rest_client|process|nodejs)_[a-z_]+/g;

  test('have the names that the pages say, in full', async () => {
    const names = await namesOfMetrics();
    const named = pages.flatMap((page) => [...read(page).matchAll(known)].map(([name]) => name));
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
    expect(pages.filter((page) => /…_[a-z]/.test(read(page)))).toEqual([]);
  });

  async function namesOfMetrics(): Promise<ReadonlySet<string>> {
    const metrics = createMetrics();
    const settings = parseSettings([], { AWS_REGION: 'us-west-2' }, []);
    const { close } = createAwsSessions({
      ...{
        service: sagemaker,
        version: '1',
        settings,
        env: {},
        clock: systemClock,
        log: createRecordingLog(),
        metrics,
      },
    });
    close();
    return new Set([...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
  }
});
