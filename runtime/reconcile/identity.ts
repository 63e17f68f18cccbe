// SPDX-License-Identifier: Apache-2.0
import type { Reading } from './observe.ts';
import { arnOf, type Pass } from './pass.ts';

/**
 * What was found under the key of an object that has a resource: that resource, or `elsewhere` another one, since the key is not any more
 * what the resource was created with.
 */
export type Identity = 'own' | 'elsewhere';

/** Whether what was found is what the object has; everything that is found is, while it has no ARN. */
export function identityOf(pass: Pass, { arn }: Extract<Reading, { kind: 'found' }>): Identity {
  const known = arnOf(pass);
  if (known === undefined || arn === undefined) return 'own';
  // Names differ in case between AWS's answers.
  return known.toLowerCase() === arn.toLowerCase() ? 'own' : 'elsewhere';
}
