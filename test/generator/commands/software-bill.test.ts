// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noteDebianPackages, readBaseParts } from '../../../generator/commands/base-parts.ts';
import {
  type BilledImage,
  bundledPackages,
  type Lockfile,
  softwareBill,
} from '../../../generator/commands/software-bill.ts';
import { spdxProblems } from '../../support/spdx.ts';

interface Bill {
  readonly documentNamespace: string;
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo: string;
    readonly licenseDeclared: string;
    readonly comment?: string;
    readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
    readonly externalRefs?: readonly { readonly referenceLocator: string }[];
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
}

const image = {
  name: 'controller',
  version: '1.2.3',
  base: 'registry.example.com:5000/base/node:24',
  bundled: new Set(['@scope/used', 'used']),
  bundle: 'the program',
};
const bill = (lockfile: Lockfile, more: Partial<BilledImage> = {}): Bill =>
  softwareBill(lockfile, { ...image, ...more }) as Bill;

const small: Lockfile = {
  packages: {
    '': { version: '1.2.3' },
    'node_modules/@scope/used': {
      version: '2.0.0',
      license: 'MIT',
      integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    },
    'node_modules/@scope/used/node_modules/used': { version: '1.0.0' },
    'node_modules/only-tests': { version: '3.0.0' },
  },
};

test('names the image, its base and each package that is in the bundle, and no other', () => {
  expect(bill(small).packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`)).toEqual([
    'controller 1.2.3',
    'registry.example.com:5000/base/node 24',
    '@scope/used 2.0.0',
    'used 1.0.0',
  ]);
});

const baseParts = [
  { name: 'node', version: '24.1.0', purl: 'pkg:generic/node@24.1.0' },
  {
    name: 'libstdc++6',
    version: '12.2.0-14+deb12u1',
    purl: 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64',
  },
];

test.each<[string, Partial<BilledImage>]>([
  ['a base of others', {}],
  ['a base made here', { baseParts }],
])('is as SPDX 2.3 has it, on %s', (_base, more) => {
  expect(spdxProblems(bill(small, more))).toEqual([]);
});

test('of a base made here it names each part, as the part of the base', () => {
  const { packages, relationships } = bill(small, { baseParts });
  expect(packages.slice(2, 4).map(({ name, versionInfo }) => `${name} ${versionInfo}`)).toEqual([
    'node 24.1.0',
    'libstdc++6 12.2.0-14+deb12u1',
  ]);
  const inBase = relationships.filter(({ spdxElementId }) => spdxElementId === 'SPDXRef-base');
  expect(inBase.map(({ relatedSpdxElement }) => relatedSpdxElement)).toEqual([
    'SPDXRef-base-node',
    'SPDXRef-base-libstdc-6',
  ]);
});

test('of a base of others it says that its parts are not listed', () => {
  expect(bill(small).packages[1]?.comment).toContain('is not listed here');
  expect(bill(small, { baseParts }).packages[1]?.comment).toBeUndefined();
});

test('two builds of the same have the same name, and builds of anything else another one', () => {
  const name = (more: Partial<BilledImage> = {}, lockfile = small): string => bill(lockfile, more).documentNamespace;
  const updated = { packages: { ...small.packages, 'node_modules/@scope/used': { version: '2.0.1' } } };
  const names = [
    name(),
    name({ bundle: 'another program' }),
    name({ baseParts }),
    name({ base: 'x:1' }),
    name({}, updated),
  ];
  expect(name()).toBe(names[0]);
  expect(new Set(names).size).toBe(names.length);
});

test('what Debian packages are extracted is noted while they are, and read with the Node that goes with them', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ack-base-'));
  try {
    const noted = path.join(folder, 'noted');
    writeFileSync(noted, 'libstdc++6 12.2.0-14+deb12u1 amd64\nca-certificates 1:20250419~deb12u2 all\n');
    mkdirSync(path.join(folder, 'node_modules/node'), { recursive: true });
    writeFileSync(path.join(folder, 'node_modules/node/package.json'), '{"version":"24.1.0"}');
    expect((await readBaseParts(noted, folder)).map(({ purl }) => purl)).toEqual([
      'pkg:generic/node@24.1.0',
      'pkg:deb/debian/ca-certificates@1%3A20250419~deb12u2?arch=all&distro=bookworm',
      'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=bookworm',
    ]);
    expect(noteDebianPackages(noted)).toMatch(/^--extract-hook=/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is in the bundle is told by its source map', () => {
  const sources = ['../../runtime/clock.ts', '../../node_modules/yaml/a/b.js', '/x/node_modules/@scope/used/c.js'];
  expect([...bundledPackages({ sources })]).toEqual(['yaml', '@scope/used']);
});

test('a bundle with a package that the lockfile does not have is not billed', () => {
  expect(() => bill(small, { bundled: new Set(['used', 'smuggled']) })).toThrow('in the bundle: smuggled');
});

test.each([
  ['node', 'latest'],
  ['host:5000/node', 'latest'],
  ['host:5000/node:24', '24'],
  ['host/node@sha256:abc', 'sha256:abc'],
])('takes the version of the base %s from its name', (base, version) => {
  expect(bill(small, { base }).packages[1]?.versionInfo).toBe(version);
});

test('a package is known by its purl and its hash, in hexadecimal', () => {
  const [, , used, nested] = bill(small).packages;
  expect(used?.externalRefs?.[0]?.referenceLocator).toBe('pkg:npm/%40scope/used@2.0.0');
  expect(used?.checksums).toEqual([{ algorithm: 'SHA512', checksumValue: '01'.repeat(64) }]);
  expect(used?.licenseDeclared).toBe('MIT');
  expect(nested).toMatchObject({ checksums: [], licenseDeclared: 'NOASSERTION' });
});
