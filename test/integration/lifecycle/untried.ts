// SPDX-License-Identifier: Apache-2.0
import { samplesOf } from '../../support/samples.ts';

/** Fields that no scenario can try, by `<Kind>.<field>`, and why. One that can be tried after all has to leave its list. */
export type Untried = Readonly<Record<string, string>>;

/** Fields that no create is sent from a spec. */
export const NEVER_SENT: Untried = {};

/** Fields of updates that no edit is sent for. */
export const NEVER_EDITED: Untried = {};

/** Fields that nobody misses when they are taken out. */
export const NEVER_CLEARED: Untried = {
  'InferenceComponent.runtimeConfig': 'all of it is shared with autoscaling, whose number of copies stays',
};

/** One sentence for each field that was neither tried nor is on the list, and for each that is on it and was tried. */
export function judgeTried(
  kind: string,
  fields: readonly string[],
  tried: ReadonlySet<string>,
  list: Untried,
): string[] {
  return fields.flatMap((field) => {
    const isListed = list[`${kind}.${field}`] !== undefined;
    if (tried.has(field) !== isListed) return [];
    if (isListed) return [`${field} is tried although it is on the list of what cannot be`];
    return [
      `${field} is not tried: no value, or no other one, was made up for it; ${samplesOf(kind).file} may say one as its sample`,
    ];
  });
}
