// SPDX-License-Identifier: Apache-2.0
//
// docs/dependencies.md names every dependency, and says what those of the controller weigh.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../generator/commands/bundle.ts';
import { type Lockfile, softwareBill } from '../../generator/commands/software-bill.ts';
import { spdxProblems } from '../support/spdx.ts';
import { bundledBytes, type LockedPackages, SHARED, type Weight, weigh } from './dependency-weight.ts';

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = text('docs/dependencies.md');
const { dependencies, devDependencies } = JSON.parse(text('package.json')) as Record<string, Record<string, string>>;
const lockfile = JSON.parse(text('package-lock.json')) as Lockfile & { readonly packages: LockedPackages };
const direct = Object.keys(dependencies ?? {});

let weights: ReadonlyMap<string, Weight>;
let inBundle: ReadonlyMap<string, number>;
beforeAll(async () => {
  const entry = path.join(root, 'generated/sagemaker/main.ts');
  const options = bundleOptions(entry, path.join(root, 'dist/weighed.mjs'));
  const { metafile } = await build({ ...options, write: false, absWorkingDir: root });
  inBundle = bundledBytes(metafile);
  weights = weigh(root, direct, lockfile.packages, metafile);
}, 60_000);

/** The cells of a row of the page, by the names in backticks of its first cell. */
function rows(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const line of page.split('\n').filter((one) => one.startsWith('| '))) {
    const [first = '', ...cells] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    for (const name of first.match(/(?<=`)[^`]+(?=`)/g) ?? [first]) found.set(name, cells);
  }
  return found;
}

/** "12 kB" as bytes. */
function bytes(cell: string | undefined): number {
  const [, number = 'NaN', unit] = /^([\d,.]+) (kB|MB)$/.exec(cell ?? '') ?? [];
  return Number(number.replace(',', '')) * (unit === 'MB' ? 1e6 : 1e3);
}

test.each([...direct, ...Object.keys(devDependencies ?? {}).filter((name) => !name.startsWith('@types/'))])(
  '%s has its reason',
  (name) => {
    expect(rows().get(name)?.join(' ')).toMatch(/\w{3,} \w+/);
  },
);

test('what is no development dependency is in the bundle', () => {
  expect(direct.filter((name) => !inBundle.has(name))).toEqual([]);
});

test.each([...direct, SHARED])('%s weighs what the page says, within a tenth', (name) => {
  const [bundled, installed] = (rows().get(name) ?? []).slice(-3, -1).map(bytes);
  const weight = weights.get(name);
  const off = (said: number | undefined, is = 0): boolean =>
    !(Math.abs((said ?? Number.NaN) - is) <= Math.max(is / 10, 1_000));
  const problem = off(bundled, weight?.bundled) || off(installed, weight?.installed);
  expect(problem ? `${name}: ${JSON.stringify(weight)}` : undefined).toBeUndefined();
});

describe('the bill of what is in the bundle', () => {
  interface Billed {
    readonly SPDXID: string;
    readonly name: string;
    readonly licenseDeclared: string;
    readonly checksums: readonly { readonly checksumValue: string }[];
  }
  interface Bill {
    readonly packages: readonly Billed[];
    readonly relationships: readonly {
      readonly spdxElementId: string;
      readonly relationshipType: string;
      readonly relatedSpdxElement: string;
    }[];
  }
  let bill: Bill;
  let npm: readonly Billed[];
  beforeAll(() => {
    bill = softwareBill(lockfile, {
      name: 'controller',
      version: '1',
      base: 'base',
      bundled: new Set(inBundle.keys()),
      bundle: '',
    }) as Bill;
    npm = bill.packages.slice(2);
  });

  test('names every package, as SPDX 2.3 has it', () => {
    expect(spdxProblems(bill)).toEqual([]);
    expect(new Set(npm.map(({ name }) => name))).toEqual(new Set(inBundle.keys()));
    expect(npm.length).toBeGreaterThan(20);
  });

  test('has the bundle contain all of them', () => {
    const contained = bill.relationships.filter(({ relationshipType }) => relationshipType === 'CONTAINS');
    expect(contained).toHaveLength(npm.length);
  });

  test('has a hash and a free licence for each package', () => {
    expect(npm.filter(({ checksums }) => !/^[0-9a-f]{128}$/.test(checksums[0]?.checksumValue ?? ''))).toEqual([]);
    expect(
      npm.filter(({ licenseDeclared }) => !/^(Apache-2\.0|MIT|ISC|0BSD|BSD-\d-Clause)$/.test(licenseDeclared)),
    ).toEqual([]);
  });
});

test('the lockfile names no host, so that it installs from any registry', () => {
  const entries = Object.entries(lockfile.packages as Record<string, object>).filter(([file]) => file !== '');
  expect(entries.filter(([, entry]) => 'resolved' in entry).map(([file]) => file)).toEqual([]);
  expect(entries.filter(([, entry]) => !('integrity' in entry)).map(([file]) => file)).toEqual([]);
});
