// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { GeneratorError } from '../errors.ts';
import type { BasePart } from './base-parts.ts';

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
  /** What the base is made of; undefined for one that somebody else has made. */
  readonly baseParts?: readonly BasePart[] | undefined;
  /** Names of the packages that are in the bundle. */
  readonly bundled: ReadonlySet<string>;
  /** The bundle itself: another one is another bill. */
  readonly bundle: string | Uint8Array;
}

const NOT_TOLD = 'NOASSERTION';

/** The packages whose files a bundle's source map names. */
export function bundledPackages({ sources }: { readonly sources: readonly string[] }): ReadonlySet<string> {
  return new Set(sources.flatMap((file) => packageName(file) ?? []));
}

/**
 * The bill of an image in SPDX 2.3: the base and, where it is made here, what it has; the packages of the lockfile that the bundle is made
 * of, with their hashes. The same sources give the same bill, and others one of another name. Throws `GeneratorError` for a package that the
 * lockfile does not have.
 */
export function softwareBill({ packages }: Lockfile, image: BilledImage): object {
  const { name, version, bundled } = image;
  const inside = Object.entries(packages).filter(([file]) => bundled.has(packageName(file) ?? ''));
  const known = new Set(inside.map(([file]) => packageName(file)));
  const unknown = [...bundled].filter((one) => !known.has(one));
  if (unknown.length > 0) {
    throw new GeneratorError(`package-lock.json does not have what is in the bundle: ${unknown.join(', ')}`);
  }
  const whole = billed('SPDXRef-controller', name, version, { license: 'Apache-2.0', purpose: 'CONTAINER' });
  const below = billedBase(image);
  const baseParts = (image.baseParts ?? []).map(billedPart);
  const parts = inside.map(([file, locked]) => billedPackage(file, locked));
  const content = {
    packages: [whole, below, ...baseParts, ...parts],
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', whole.SPDXID),
      relationship(whole.SPDXID, 'DESCENDANT_OF', below.SPDXID),
      ...baseParts.map(({ SPDXID }) => relationship(below.SPDXID, 'CONTAINS', SPDXID)),
      ...parts.map(({ SPDXID }) => relationship(whole.SPDXID, 'CONTAINS', SPDXID)),
    ],
  };
  const hash = createHash('sha256').update(JSON.stringify(content)).update(image.bundle).digest('hex');
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name}-${version}-${hash}`,
    creationInfo: { created: '1970-01-01T00:00:00Z', creators: ['Tool: ack-typescript'] },
    ...content,
  };
}

function billedBase({ base, baseParts }: BilledImage) {
  const below = billed('SPDXRef-base', base.replace(/[:@][^/]*$/, ''), versionOf(base), { purpose: 'CONTAINER' });
  if (baseParts !== undefined) return below;
  return {
    ...below,
    comment: 'What this base is made of, Node included, is not listed here: whoever made it has its bill.',
  };
}

function billedPart({ name, version, purl }: BasePart) {
  const purpose = name === 'node' ? 'APPLICATION' : 'LIBRARY';
  const part = billed(`SPDXRef-base-${name.replace(/[^A-Za-z0-9.]+/g, '-')}`, name, version, { purpose });
  return { ...part, externalRefs: [packageUrl(purl)] };
}

function billedPackage(file: string, { version = '', license, integrity }: LockedPackage) {
  const name = packageName(file) ?? file;
  const id = `SPDXRef-${file.replace(/[^A-Za-z0-9.]+/g, '-')}`;
  return {
    ...billed(id, name, version, { license, purpose: 'LIBRARY' }),
    checksums: checksumOf(integrity),
    // A scope's @ is written as %40 in a package URL, the slash after it stays.
    externalRefs: [packageUrl(`pkg:npm/${name.replace('@', '%40')}@${version}`)],
  };
}

function packageUrl(referenceLocator: string): object {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
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
