// SPDX-License-Identifier: Apache-2.0
import { mergePatchOf } from '../kubernetes/json-merge-patch.ts';
import { adoptedSpec } from './adopted-spec.ts';
import { type Adoption, adoptionOf, specIdentifiers, withAdoptionFields } from './adoption.ts';
import { ADOPTED, ADOPTION_POLICY, annotation } from './annotations.ts';
import { claim, create } from './create.ts';
import type { Finding } from './finding.ts';
import { withFinalizer } from './intent.ts';
import type { Wish } from './memory.ts';
import { readAws } from './observe.ts';
import { type Pass, patchObject, subjectOf } from './pass.ts';
import { SLOW } from './pauses.ts';
import { settle } from './settle.ts';

/** What the adoption annotations ask for; nothing while the feature gate is off. */
export function adoptionWanted({ object, options }: Pass): Adoption {
  if (options.settings.featureGates.get('ResourceAdoption') === false) return { kind: 'none' };
  return adoptionOf(object, options.definition);
}

/** What an object is told whose adoption annotations make no sense. */
export function invalidAdoption(message: string): Finding {
  const problem = { type: 'terminal', reason: 'InvalidAdoption', message } as const;
  return { next: { kind: 'terminal', error: new Error(message) }, problem };
}

/**
 * Takes over a resource that exists: finds it by the annotation's identifiers, puts finalizer and `adopted` on the object, and, for the
 * policy `adopt`, fills the spec with what AWS has. `adopt-or-create` creates it when it is not there. The identifiers become part of the
 * spec, which names the resource from then on.
 */
export async function adopt(pass: Pass, adoption: Exclude<Adoption, { kind: 'none' }>): Promise<Finding> {
  if (adoption.kind === 'invalid') return invalidAdoption(adoption.message);
  const { definition } = pass.options;
  const { fields = {} } = adoption;
  const reading = await readAws(pass, withAdoptionFields(subjectOf(pass), fields, definition));
  const identifiers = specIdentifiers(fields, definition);
  const { spec = {} } = pass.object;
  if (reading.kind === 'absent') {
    if (adoption.kind === 'adopt') return nothingToAdopt(pass);
    await claim(pass, undefined, mergePatchOf(spec, { ...identifiers, ...spec }));
    wantWhatIsWritten(pass);
    return create(pass);
  }
  const shown = adoption.kind === 'adopt' ? adoptedSpec(definition, spec, reading.observed.spec) : spec;
  const patch = mergePatchOf(spec, { ...identifiers, ...shown });
  await patchObject(pass, {
    metadata: {
      resourceVersion: pass.object.metadata.resourceVersion,
      finalizers: withFinalizer(pass.object, definition),
      annotations: { [ADOPTED]: 'true' },
    },
    ...(patch ? { spec: patch } : {}),
  });
  wantWhatIsWritten(pass);
  pass.memory.seen = adoptedWish(pass);
  if (reading.arn !== undefined) pass.memory.created = { arn: reading.arn };
  return settle(pass, reading);
}

/**
 * The wish that counts as seen of what was just adopted: none, so that the object wants what its spec says, as after any edit. Where the
 * policy is `adopt` that is what AWS has, and nothing of it is an edit.
 */
export function adoptedWish({ object, wish }: Pass): Wish {
  return annotation(object, ADOPTION_POLICY) === 'adopt' ? wish : { generation: -1, fingerprint: '' };
}

/** The pass goes on with the spec that it has just written. */
function wantWhatIsWritten(pass: Pass): void {
  pass.desired = pass.compiled.complete(pass.object);
  pass.wish = { ...pass.wish, generation: pass.object.metadata.generation ?? 0 };
}

function nothingToAdopt(pass: Pass): Finding {
  const message = `There is no such ${pass.object.kind} in AWS to adopt; it is looked for again. With adoption-policy adopt-or-create it would be created.`;
  return {
    next: { kind: 'retry', error: new Error(message), backoff: SLOW },
    problem: { type: 'recoverable', reason: 'NotFound', message },
  };
}
