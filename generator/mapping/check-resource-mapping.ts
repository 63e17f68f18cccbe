// SPDX-License-Identifier: Apache-2.0
import { kebabCase } from '../names/names.ts';
import type { ResourceMapping } from './mapping.ts';
import { errorAt, type SourceDocument } from './source-document.ts';

/**
 * Checks what can be checked of a mapping without the model: its file is named after its kind, no two mappings are of one kind or share
 * a short name, and no key is there that another makes pointless. Throws `GeneratorError` with line and column.
 */
export function checkResourceMapping(
  mapping: SourceDocument<ResourceMapping>,
  all: readonly SourceDocument<ResourceMapping>[],
): void {
  const { kind, shortNames = [], lifecycle, fields = {} } = mapping.data;
  const expected = `${kebabCase(kind)}.yaml`;
  if (!`/${mapping.file}`.endsWith(`/${expected}`))
    throw errorAt(mapping, ['kind'], `the mapping of ${kind} must be called ${expected}`);
  for (const other of all) {
    if (other === mapping) continue;
    if (other.data.kind === kind) throw errorAt(mapping, ['kind'], `${other.file} is a mapping of ${kind} as well`);
    const shared = shortNames.find((name) => other.data.shortNames?.includes(name));
    if (shared !== undefined)
      throw errorAt(mapping, ['shortNames'], `${shared} is a short name of ${other.data.kind} as well`);
  }
  if (lifecycle.kind === 'config') {
    for (const key of ['status', 'states', 'failureReason'] as const) {
      if (lifecycle[key] !== undefined)
        throw errorAt(mapping, ['lifecycle', key], 'has no effect: a resource of the kind config has no status');
    }
  } else if (lifecycle.status === undefined) {
    throw errorAt(mapping, ['lifecycle'], `lacks the key status: where a ${lifecycle.kind} shows its state`);
  }
  for (const [path, field] of Object.entries(fields)) {
    if ((field.compare === 'keyed') !== (field.key !== undefined)) {
      throw errorAt(
        mapping,
        ['fields', path],
        field.key === undefined ? 'compare: keyed needs a key' : 'key has no effect without compare: keyed',
      );
    }
  }
}
