// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import { requireAnswer } from '../aws/require-answer.ts';
import type { TagOperation } from '../definition.ts';
import { callPages } from './call-pages.ts';
import { classOf } from './explain-error.ts';
import type { Pass } from './pass.ts';
import { isPlainObject } from './plain-object.ts';
import type { Tag } from './tags.ts';

/** The tags that a resource has in AWS. Throws `AwsError`. */
export async function listTags(pass: Pass, list: TagOperation, arn: string): Promise<Tag[]> {
  const tags: Tag[] = [];
  for await (const output of callPages(pass, { ...list, class: 'observe' }, { [list.arn]: arn }, 'NextToken')) {
    const found = requireAnswer(list.name, output)[list.tags];
    for (const tag of Array.isArray(found) ? found : []) {
      if (isPlainObject(tag)) tags.push({ key: String(tag['Key']), value: String(tag['Value'] ?? '') });
    }
  }
  return tags;
}

/**
 * The same; undefined, and a line in the log, where this controller may not list them, which is no failure. Throws `AwsError` for any
 * other answer.
 */
export async function listTagsIfAllowed(pass: Pass, list: TagOperation, arn: string): Promise<Tag[] | undefined> {
  try {
    return await listTags(pass, list, arn);
  } catch (error) {
    if (!isAwsError(error) || classOf(pass, error) !== 'denied') throw error;
    const fields = { operation: error.operation, error: error.message };
    pass.log.warn(fields, 'Tags are edited without looking at those in AWS: permission is missing');
    return undefined;
  }
}
