// SPDX-License-Identifier: Apache-2.0
import type { OwnStatus } from '../hooks.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { type Pass, typeOf } from './pass.ts';
import { ownValue } from './plain-object.ts';

/**
 * Writes properties of the status that are the controller's own, at once: what they tell must be known to whoever goes on after a crash.
 * Asks the API server nothing if they are there already. Throws `ApiError`.
 */
export async function writeOwnStatus(pass: Pass, own: OwnStatus): Promise<void> {
  await pass.announcement;
  const { status } = pass.object;
  if (Object.entries(own).every(([name, value]) => (ownValue(status, name) ?? null) === value)) return;
  const { client, store } = pass.options;
  const { resourceVersion } = pass.object.metadata;
  const answer = await client.patch<CustomResource>(
    typeOf(pass.options),
    pass.key,
    { metadata: { resourceVersion }, status: own },
    { type: 'merge', subresource: 'status' },
  );
  pass.object = answer;
  store.wrote(answer);
}
