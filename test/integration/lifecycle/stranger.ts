// SPDX-License-Identifier: Apache-2.0
import type { KindRules } from '../../environment/simulator/kinds/kind-rules.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { specFor } from '../../support/spec-edits.ts';
import { writesIn } from './in-aws.ts';
import { entered, MINUTE, named, type Play } from './play.ts';

/** The name is taken by a resource of somebody else's. */
export async function meetsStranger(play: Play): Promise<string[]> {
  const { simulator, clock } = play.stage;
  const { kind } = play.definition;
  const rules = play.stage.rulesOf(kind);
  if (!rules.exists) return [];
  const actor = await entered(play, play.values.fewest);
  const input = named(play, actor, play.values.fewest);
  const nameMember = rules.key.at(-1) ?? '';
  const seeded = nameMember === rules.arnMember ? arnOf(rules, input) : actor.key.name;
  simulator.resources.seed({ kind, name: seeded, input, createdAt: clock.now() - MINUTE });
  await actor.apply(specFor(play.definition, play.values, actor.key.name, play.values.fewest));
  await actor.run(5 * MINUTE);
  const problems: string[] = [];
  if (actor.condition('ACK.Terminal')?.reason !== 'AlreadyExists') problems.push(`is taken: ${actor.summary()}`);
  if ((actor.object()?.metadata.finalizers ?? []).length > 0) problems.push('keeps the finalizer');
  await actor.remove();
  await actor.run(5 * MINUTE);
  if (actor.object()) problems.push(`its object stays: ${actor.summary()}`);
  if (simulator.resources.list({ kind }).length !== 1) problems.push("the stranger's resource is gone");
  const writes = writesIn(simulator).filter(({ code }) => code === 'Success');
  if (writes.length > 0) problems.push(`calls ${writes.map(({ operation }) => operation).join(', ')}`);
  return problems;
}

function arnOf(rules: KindRules, input: Data): string {
  return `arn:aws:sagemaker:us-west-2:111122223333:${rules.arnPath(input)}`;
}
