// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';

/** What a bill needs of npm's lockfile. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** One package of a {@link Lockfile}. */
export interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
}

/** What the bill is about. */
export interface BilledImage {
  readonly name: string;
  readonly version: string;
  /** The image that it is built on, as the builder was told. */
  readonly base: string;
  /** Names of the packages that are in the bundle. */
  readonly bundled: ReadonlySet<string>;
}

const NOT_TOLD = 'NOASSERTION';

/** The packages whose files a bundle's source map names. */
export function bundledPackages({ sources }: { readonly sources: readonly string[] }): ReadonlySet<string> {
  return new Set(sources.flatMap((file) => packageName(file) ?? []));
}

/**
 * The bill of an image in SPDX 2.3: the base, and the packages of the lockfile that the bundle is made of, with their hashes. The same
 * sources give the same bill. Throws `GeneratorError` for a package that the lockfile does not have.
 */
export function softwareBill({ packages }: Lockfile, { name, version, base, bundled }: BilledImage): object {
  const inside = Object.entries(packages).filter(([file]) => bundled.has(packageName(file) ?? ''));
  const known = new Set(inside.map(([file]) => packageName(file)));
  const unknown = [...bundled].filter((one) => !known.has(one));
  if (unknown.length > 0) {
    throw new GeneratorError(`package-lock.json does not have what is in the bundle: ${unknown.join(', ')}`);
  }
  const image = billed('SPDXRef-controller', name, version, { license: 'Apache-2.0', purpose: 'CONTAINER' });
  const below = billed('SPDXRef-base', base.replace(/[:@][^/]*$/, ''), versionOf(base), { purpose: 'CONTAINER' });
  const parts = inside.map(([file, locked]) => billedPackage(file, locked));
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name}-${version}`,
    creationInfo: { created: '1970-01-01T00:00:00Z', creators: ['Tool: ack-typescript'] },
    packages: [image, below, ...parts],
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', image.SPDXID),
      relationship(image.SPDXID, 'DESCENDANT_OF', below.SPDXID),
      ...parts.map(({ SPDXID }) => relationship(image.SPDXID, 'CONTAINS', SPDXID)),
    ],
  };
}

function billedPackage(file: string, { version = '', license, integrity }: LockedPackage) {
  const name = packageName(file) ?? file;
  const id = `SPDXRef-${file.replace(/[^A-Za-z0-9.]+/g, '-')}`;
  return {
    ...billed(id, name, version, { license, purpose: 'LIBRARY' }),
    checksums: checksumOf(integrity),
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        // A scope's @ is written as %40 in a package URL, the slash after it stays.
        referenceLocator: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      },
    ],
  };
}

function billed(
  SPDXID: string,
  name: string,
  versionInfo: string,
  { license = NOT_TOLD, purpose }: { readonly license?: string | undefined; readonly purpose: string },
) {
  return {
    SPDXID,
    name,
    versionInfo,
    primaryPackagePurpose: purpose,
    downloadLocation: NOT_TOLD,
    filesAnalyzed: false,
    licenseConcluded: NOT_TOLD,
    licenseDeclared: license,
    copyrightText: NOT_TOLD,
  };
}

/** The package of a file or folder: what follows the last `node_modules/`. */
function packageName(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

/** The tag or digest of an image's name. */
function versionOf(image: string): string {
  return /(?:@|:)([^/]*)$/.exec(image)?.[1] ?? 'latest';
}

function checksumOf(integrity: string | undefined): object[] {
  const [algorithm, digest] = integrity?.split(' ')[0]?.split('-') ?? [];
  if (algorithm !== 'sha512' || digest === undefined) return [];
  return [{ algorithm: 'SHA512', checksumValue: Buffer.from(digest, 'base64').toString('hex') }];
}
