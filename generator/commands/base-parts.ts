// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The release of Debian that the base made here is of. */
export const DEBIAN_RELEASE = 'bookworm';

/** What a base image is made of, for its bill. */
export interface BasePart {
  readonly name: string;
  readonly version: string;
  /** Its package URL. */
  readonly purl: string;
}

/**
 * A hook for mmdebstrap that notes what it extracts: a root file system that is extracted only has no list of its packages. The file gets a
 * line a package: name, version, architecture.
 */
export function noteDebianPackages(file: string): string {
  const show = `dpkg-deb --show --showformat='\${Package} \${Version} \${Architecture}\\n' "$deb"`;
  return `--extract-hook=for deb in "$1"/var/cache/apt/archives/*.deb; do ${show}; done > '${file}'`;
}

/** What the base made here has: the packages that {@link noteDebianPackages} noted, and the Node of the development dependencies. */
export async function readBaseParts(noted: string, root: string): Promise<readonly BasePart[]> {
  const lines = (await readFile(noted, 'utf8')).trim().split('\n').sort();
  const manifest = await readFile(path.join(root, 'node_modules/node/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return [{ name: 'node', version, purl: `pkg:generic/node@${version}` }, ...lines.map(debianPart)];
}

function debianPart(line: string): BasePart {
  const [name = '', version = '', architecture = ''] = line.split(' ');
  const at = `${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  return { name, version, purl: `pkg:deb/debian/${at}?arch=${architecture}&distro=${DEBIAN_RELEASE}` };
}
