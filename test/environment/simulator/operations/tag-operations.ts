// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import type { KindRules } from '../kinds/kind-rules.ts';
import type { Data, Resource } from '../resource.ts';
import type { CallContext, Handler } from './handler.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import { readTags, writeTags } from './tag-set.ts';

const DEFAULT_PAGE_SIZE = 50;

/** AddTags, ListTags and DeleteTags, which work by ARN on every kind. */
export function tagHandlers(kinds: ReadonlyMap<string, KindRules>): Readonly<Record<string, Handler>> {
  return {
    AddTags(input, context) {
      const resource = taggedResource(kinds, input, context);
      const merged = readTags(writeTags(new Map([...resource.tags, ...readTags(input['Tags'])])));
      for (const [key, value] of merged) resource.tags.set(key, value);
      return { Tags: writeTags(resource.tags) };
    },
    DeleteTags(input, context) {
      const resource = taggedResource(kinds, input, context);
      for (const key of input['TagKeys'] as readonly string[]) resource.tags.delete(key);
      return {};
    },
    ListTags(input, context) {
      const tags = writeTags(taggedResource(kinds, input, context).tags);
      const token = input['NextToken'];
      const start = token === undefined ? 0 : readPageToken(token, 'ListTags', input).sequence;
      const end = start + Number(input['MaxResults'] ?? DEFAULT_PAGE_SIZE);
      const page = { Tags: tags.slice(start, end) };
      if (end >= tags.length) return page;
      return { ...page, NextToken: writePageToken({ value: 'tags', sequence: end }, 'ListTags', input) };
    },
  };
}

const ARN = /^arn:aws[a-z-]*:sagemaker:([a-z0-9-]*):(\d{12}):([a-z-]+)\/(.+)$/;

function taggedResource(kinds: ReadonlyMap<string, KindRules>, input: Data, context: CallContext): Resource {
  const arn = String(input['ResourceArn']);
  const resource = context.world.findByArn(arn);
  if (resource && resource.scope.account === context.scope.account && resource.scope.region === context.scope.region) {
    return resource;
  }
  const match = ARN.exec(arn);
  if (!match) throw validationException(`Invalid resource ARN: ${arn}`);
  const [, , , type = '', name = ''] = match;
  for (const rules of kinds.values()) {
    const path = rules.arnPath(Object.fromEntries(rules.key.map((member) => [member, 'x'])));
    if (path.split('/')[0] === type) throw rules.missing({ arn, name, operation: context.operation.name });
  }
  throw validationException(`Could not find the resource "${arn}".`);
}
