// SPDX-License-Identifier: Apache-2.0
import { adoptionWanted, invalidAdoption } from './adopt.ts';
import { withAdoptionFields } from './adoption.ts';
import { READ_ONLY } from './annotations.ts';
import type { Finding } from './finding.ts';
import { readAws } from './observe.ts';
import { type Pass, subjectOf } from './pass.ts';
import { SLOW } from './pauses.ts';
import { nextLook } from './schedule.ts';

/**
 * A read-only object: its status follows AWS, neither AWS nor the spec nor the finalizer is ever written. Adoption annotations say by what
 * the resource is found.
 */
export async function observeOnly(pass: Pass): Promise<Finding> {
  const adoption = adoptionWanted(pass);
  if (adoption.kind === 'invalid') return invalidAdoption(adoption.message);
  const fields = adoption.kind === 'none' ? undefined : adoption.fields;
  const subject = subjectOf(pass);
  const reading = await readAws(pass, fields ? withAdoptionFields(subject, fields, pass.options.definition) : subject);
  if (reading.kind === 'found') {
    return { next: nextLook(pass, reading.observed), observed: reading.observed, arn: reading.arn };
  }
  const message = `There is no such ${pass.object.kind} in AWS; the object is ${READ_ONLY}, so it is not created.`;
  return {
    next: { kind: 'retry', error: new Error(message), backoff: SLOW },
    problem: { type: 'recoverable', reason: 'NotFound', message },
  };
}
