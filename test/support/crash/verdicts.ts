// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import type { Passage } from './interruptions.ts';
import type { Case, Recording } from './matrix.ts';

/** Whether what a lost create made can be found by nothing: AWS chose its name, and the create takes no token. */
export function isUnfindable({ operations, nameField, nameUnless }: ResourceDefinition): boolean {
  const { create, read } = operations;
  if (create.input.some(({ from }) => from === 'token')) return false;
  const isNamed = read.input.some(({ from, path }) => from === 'path' && path?.join() === `spec,${nameField}`);
  return !isNamed || nameUnless !== undefined;
}

/** What is wrong with what AWS held whenever the object of a case was at rest, and in the end. */
export function wrongRests(one: Case, { cases: [recorded] }: Recording): string[] {
  const made = orphansOf(one);
  return [...(recorded?.rests ?? [])].flatMap(([phase, { count, imprint }]) => {
    const rest = one.rests.get(phase);
    // Why a life did not come that far is told elsewhere.
    if (rest === undefined) return [];
    const title = `${titleOf(one)}: after ${phase}`;
    if (rest.count !== count + made)
      return [`${title} AWS holds ${rest.count} in place of ${count + made}; ${writesOf(one)}`];
    if (made > 0 && phase === 'delete') return [];
    return rest.imprint === imprint ? [] : [`${title} AWS holds\n${rest.imprint}\nin place of\n${imprint}`];
  });
}

/** How many resources a case had to leave behind, by what is documented of its kind. */
export function orphansOf({ life, site, name }: Case): number {
  if (!isUnfindable(life.definition)) return 0;
  const { create } = life.definition.operations;
  return site.interruptions.passages(name).filter(({ label, reached, lost, forgotten }) => {
    return label === create.name && reached && (lost || forgotten);
  }).length;
}

/** Writes to AWS that a case sent more often than an undisturbed life, and than what became of them asks for. */
export function doubledWrites(one: Case, { cases }: Recording): string[] {
  const normal = cases.map(({ name, site }) => countsOf(site.interruptions.passages(name)));
  return [...countsOf(one.site.interruptions.passages(one.name))].flatMap(([label, { sent, again }]) => {
    const most = Math.max(...normal.map((counts) => counts.get(label)?.sent ?? 0)) + again;
    return sent <= most ? [] : [`${titleOf(one)}: ${label} was sent ${sent} times, ${most} at most`];
  });

  function countsOf(passages: readonly Passage[]): Map<string, { sent: number; again: number }> {
    const { create, read } = one.life.definition.operations;
    // What AWS names itself is found by sending its create again, with the same token.
    const isAsked = (label: string) => label === create.name && read.input.some(({ from }) => from !== 'path');
    const counts = new Map<string, { sent: number; again: number }>();
    for (const { label, system, reached, lost, forgotten } of passages) {
      if (system !== 'aws' || !reached) continue;
      const { sent, again } = counts.get(label) ?? { sent: 0, again: 0 };
      const isRepeated = lost || (forgotten && isAsked(label));
      counts.set(label, { sent: sent + 1, again: again + (isRepeated ? 1 : 0) });
    }
    return counts;
  }
}

/** What was written in a case, to see how it came to its end. */
function writesOf({ site, name }: Case): string {
  const told = site.interruptions.passages(name).map(({ step, status, lost, forgotten }) => {
    return `${step} ${status ?? 'unanswered'}${lost ? ' lost' : ''}${forgotten ? ' forgotten' : ''}`;
  });
  return `written was: ${told.join(', ')}`;
}

/** A case in words. */
export function titleOf({ life, plan }: Case): string {
  return `${life.title}, ${plan ? `${plan.interruption} ${plan.step}` : 'undisturbed'}`;
}
