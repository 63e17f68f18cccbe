// SPDX-License-Identifier: Apache-2.0
import { bundledPackages, type Lockfile, softwareBill } from '../../../generator/commands/software-bill.ts';

interface Bill {
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo: string;
    readonly licenseDeclared: string;
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
};
const bill = (lockfile: Lockfile, more: Partial<typeof image> = {}): Bill =>
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
