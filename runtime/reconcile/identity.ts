// SPDX-License-Identifier: Apache-2.0
import { creationTimeTold } from './creation-time.ts';
import { readIntent } from './intent.ts';
import type { Reading } from './observe.ts';
import { changedKey, isOurs } from './ownership.ts';
import { arnOf, type Pass } from './pass.ts';

/**
 * What was found under the key of an object that has a resource: that resource; or `elsewhere` another one, since the key is not any more
 * what the resource was created with; or a `successor`, since the resource is gone and somebody else has its name now.
 */
export type Identity = 'own' | 'elsewhere' | 'successor';

/** Whether what was found is what the object has; everything that is found is, while it has no ARN. Throws `AwsError`. */
export async function identityOf(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<Identity> {
  const known = arnOf(pass);
  if (known === undefined || reading.arn === undefined) return 'own';
  // Names differ in case between AWS's answers.
  if (known.toLowerCase() !== reading.arn.toLowerCase()) return 'elsewhere';
  if (isCreatedWhenTold(pass, reading) || (await isMadeInItsPlace(pass, reading))) return 'own';
  // A user and a space of one name have apps of one ARN.
  return changedKey(pass) === undefined ? 'successor' : 'elsewhere';
}

// ACK's statuses have whole seconds, cut off or rounded, and what is deleted is not made again within one.
const PRECISION_MS = 1_000;

/** Whether nothing that the status says of the time of creation speaks against what was found. */
function isCreatedWhenTold(
  { memory, object, options }: Pass,
  { createdAt }: { createdAt: number | undefined },
): boolean {
  // Until the status has what became of a create, it tells of a former resource.
  if (memory.created || createdAt === undefined) return true;
  const told = creationTimeTold(options.definition, object.status);
  return told === undefined || Math.abs(createdAt - told) < PRECISION_MS;
}

/** Whether the controller itself made it in place of what the status tells of, by a create of which that does not tell yet. */
async function isMadeInItsPlace(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<boolean> {
  return readIntent(pass.object)?.replaces === arnOf(pass) && (await isOurs(pass, reading));
}
