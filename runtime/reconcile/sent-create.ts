// SPDX-License-Identifier: Apache-2.0
import { readIntent, type SentCreate } from './intent.ts';
import type { Pass } from './pass.ts';
import { readTags } from './tags.ts';

/** What is to be noted of a create that is about to be sent. `isWritten`: the object's spec is changed by the write that notes it. */
export function createToSend({ options, desired, wish }: Pass, isWritten: boolean): SentCreate {
  const { tags: rule } = options.definition;
  const tags = rule ? readTags(rule, desired.spec).map(({ key }) => key) : [];
  return { generation: wish.generation + (isWritten ? 1 : 0), ...(tags.length > 0 ? { tags } : {}) };
}

/** What is noted of the object's create, if the object was edited since. */
export function createBeforeEdit({ object, wish }: Pass): SentCreate | undefined {
  const sent = readIntent(object)?.sent;
  return sent?.generation === wish.generation ? undefined : sent;
}
