// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import { requireAnswer } from '../aws/require-answer.ts';
import type { TagOperation } from '../definition.ts';
import { callAws } from './call-aws.ts';
import { classOf } from './explain-error.ts';
import type { Pass } from './pass.ts';
import { isPlainObject } from './plain-object.ts';
import type { Tag } from './tags.ts';

const MOST_PAGES = 20;

/** The tags that a resource has in AWS. Throws `AwsError`. */
export async function listTags(pass: Pass, list: TagOperation, arn: string): Promise<Tag[]> {
  const tags: Tag[] = [];
  let token: unknown;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { [list.arn]: arn, ...(token === undefined ? {} : { NextToken: token }) };
    const output = requireAnswer(list.name, await callAws(pass, { ...list, class: 'observe' }, input));
    const found = output[list.tags];
    for (const tag of Array.isArray(found) ? found : []) {
      if (isPlainObject(tag)) tags.push({ key: String(tag['Key']), value: String(tag['Value'] ?? '') });
    }
    token = output['NextToken'] ?? undefined;
    if (token === undefined) return tags;
  }
  throw new Error(`${list.name} did not end after ${MOST_PAGES} pages`);
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
