// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';

const MAX_TAGS = 50;

/**
 * Reads a list of tags.
 * @throws AwsApiError for keys of AWS's own and for a key given twice
 */
export function readTags(list: unknown): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { Key, Value } of (list ?? []) as readonly { readonly Key: string; readonly Value: string }[]) {
    if (Key.toLowerCase().startsWith('aws:')) {
      throw validationException('aws: prefixed tag key names are not allowed for external use.');
    }
    if (tags.has(Key)) throw validationException(`Duplicate tag key found: ${Key}`);
    tags.set(Key, Value);
  }
  if (tags.size > MAX_TAGS) throw validationException(`A resource can have at most ${MAX_TAGS} tags.`);
  return tags;
}

/** Tags in the form that answers have. */
export function writeTags(
  tags: ReadonlyMap<string, string>,
): readonly { readonly Key: string; readonly Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
