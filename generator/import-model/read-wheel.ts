// SPDX-License-Identifier: Apache-2.0
import { unzipSync } from 'fflate';
import { GeneratorError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';
import { type ModelSource, modelFile, paginatorsFile, unpackText, waitersFile } from './model-source.ts';

/** Reads the newest model of a service from a Python wheel laid out as botocore's: `<package>/data/<service>/<api version>/service-2.json.gz`. */
export function readWheel(
  bytes: Uint8Array,
  file: string,
  service: string,
): Omit<ModelSource, 'input' | 'inputSha256'> {
  const services = new Set<string>();
  let metadata: { package: string; version: string } | undefined;
  const entries = unzip(bytes, file, (name) => {
    const [, packageName, version] = /^([^/]+)-([^-/]+)\.dist-info\//.exec(name) ?? [];
    if (packageName !== undefined && version !== undefined) metadata = { package: packageName, version };
    const [, found, base] = /\/data\/([^/]+)\/[^/]+\/([^/]+)$/.exec(name) ?? [];
    if (found === undefined || base === undefined) return false;
    if (base.startsWith(modelFile)) services.add(found);
    return found === service && [modelFile, paginatorsFile, waitersFile].includes(base.replace(/\.gz$/, ''));
  });
  const newest = Object.keys(entries)
    .filter((name) => /\/service-2\.json(\.gz)?$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) throw notInWheel(file, service, services);
  const folder = newest.slice(0, newest.lastIndexOf('/') + 1);
  const textOf = (name: string) => {
    const inside = [name, `${name}.gz`].map((base) => folder + base).find((candidate) => candidate in entries);
    const data = inside === undefined ? undefined : entries[inside];
    return data && unpackText(data, `${file}!${inside}`);
  };
  const paginators = textOf(paginatorsFile);
  const waiters = textOf(waitersFile);
  return {
    archive: { package: metadata?.package ?? '', version: metadata?.version ?? '', file: newest },
    name: `${file}!${newest}`,
    model: textOf(modelFile) ?? '',
    ...(paginators === undefined ? {} : { paginators }),
    ...(waiters === undefined ? {} : { waiters }),
  };
}

function unzip(bytes: Uint8Array, file: string, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: ({ name }) => wanted(name) });
  } catch {
    throw new GeneratorError('is no whole zip archive: it is cut off or damaged', { file });
  }
}

function notInWheel(file: string, service: string, services: ReadonlySet<string>): GeneratorError {
  if (services.size === 0)
    return new GeneratorError(`holds no service models (no data/<service>/<version>/${modelFile}.gz)`, { file });
  const nearest = nearestName(service, services);
  const hint = nearest === undefined ? '' : `; the nearest name is ${nearest}`;
  return new GeneratorError(`holds no model of the service ${service}, only of ${services.size} others${hint}`, {
    file,
  });
}
