// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { deleteRecord } from './annotations.ts';
import type { Explanation } from './conditions.ts';

/** Says that what was edited cannot be changed, and what to do. */
export function immutableMessage(definition: ResourceDefinition, differences: readonly Difference[]): string {
  const { kind } = definition;
  const anew = keepsRecord(definition)
    ? `create another ${kind} under a new name. ${recordAdvice(definition)}`
    : 'delete the object and create it anew.';
  return `${pathsOf(differences)} cannot be changed once the ${kind} exists. Set it back, or ${anew}`;
}

/** Whether AWS keeps the record of a run, and with it the name that the user chose, when its object is deleted. */
export function keepsRecord({ lifecycle, nameField }: ResourceDefinition): boolean {
  return lifecycle.kind === 'run-to-completion' && lifecycle.delete === 'stop' && nameField !== undefined;
}

/** How the name of a run is freed. */
export function recordAdvice({ kind, group, operations }: ResourceDefinition): string {
  return operations.delete
    ? `AWS keeps the record of a ${kind} whose object is deleted, unless the object is annotated with ${deleteRecord(group)}=true before.`
    : `AWS keeps the record of a ${kind}, and its name, for good.`;
}

/** What was taken out of the spec stays in AWS: because no update could take it out, `isFixed`, or because none is known to. */
export function keepsValue(kept: readonly Difference[], isFixed: (difference: Difference) => boolean): Explanation {
  const fixed = kept.filter(isFixed);
  const others = kept.filter((difference) => !fixed.includes(difference));
  const sentences = [
    { of: fixed, ends: 'was taken out of the spec, but AWS cannot clear it and keeps its value.' },
    {
      of: others,
      ends: 'was taken out of the spec, but is not cleared: AWS keeps its value until another one is set.',
    },
  ].flatMap(({ of, ends }) => (of.length === 0 ? [] : [`${pathsOf(of)} ${ends}`]));
  return { reason: 'ValueKept', message: sentences.join(' ') };
}

/** AWS shows something else than the spec, and that is left so. */
export function drifted(differences: readonly Difference[]): Explanation {
  return {
    reason: 'Differs',
    message: `AWS shows another value for ${pathsOf(differences)}; it is left as it is until the spec is edited.`,
  };
}

/** AWS took an update and changed nothing. */
export function noEffect(differences: readonly Difference[]): Explanation {
  return {
    reason: 'UpdateHadNoEffect',
    message: `AWS accepted the update but still shows another value for ${pathsOf(differences)}.`,
  };
}

const MOST_PATHS = 5;

/** `spec.a, spec.b[0].c`, at most five of them. */
function pathsOf(differences: readonly Difference[]): string {
  const paths = differences.map(
    ({ path }) => `spec${path.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join('')}`,
  );
  const rest = paths.length - MOST_PATHS;
  return paths.slice(0, MOST_PATHS).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
