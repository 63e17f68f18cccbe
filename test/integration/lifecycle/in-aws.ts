// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import type { CallRecord } from '../../environment/simulator/call-log.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import type { ResourceView } from '../../environment/simulator/resources.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { rulesOf } from '../../support/seed-references.ts';
import type { Actor } from './world.ts';

/** The member that tells the state in AWS; undefined where the simulator has no states. */
export function statusMember(kind: string): string | undefined {
  const { lifecycle } = rulesOf(kind);
  return lifecycle.kind === 'config' ? undefined : lifecycle.status;
}

/** The resource of an object. */
export function twinOf(simulator: Simulator, actor: Actor): ResourceView | undefined {
  const arn = actor.object()?.status?.ackResourceMetadata?.arn;
  return simulator.resources.list({ kind: actor.definition.kind }).find((one) => one.arn === arn);
}

/** Sets members of the resource of an object as if AWS had done it. */
export function changeTwin(simulator: Simulator, actor: Actor, data: Data): void {
  simulator.resources.change({ kind: actor.definition.kind }, data);
}

/** The calls that are writes of the kind itself. */
export function writesIn(simulator: Simulator): readonly CallRecord[] {
  return simulator.calls.list().filter(({ operation, service }) => {
    return service === 'sagemaker' && !/^(Describe|List)/.test(operation);
  });
}

/**
 * Fills in what nobody asked for, as AWS fills in its defaults: every member that Describe shows of the spec and that the input left
 * out, at any depth of structures; and turns round the lists whose order means nothing.
 */
export function fillIn(simulator: Simulator, actor: Actor, every: Data): void {
  const { definition } = actor;
  const twin = twinOf(simulator, actor);
  if (!twin) return;
  const patch: Record<string, unknown> = {};
  for (const { sdk, path } of definition.operations.read.output) {
    const [name, ...deeper] = sdk;
    if (name === undefined || deeper.length > 0 || path[0] !== 'spec') continue;
    const source = definition.operations.create.input.find((one) => one.path?.join() === path.join());
    const more = source === undefined ? undefined : every[source.sdk];
    const filled = turned(definition, path[1] ?? '', filledIn(twin.data[name], more));
    if (filled !== undefined) patch[name] = filled;
  }
  changeTwin(simulator, actor, patch);
}

function filledIn(value: unknown, more: unknown): unknown {
  if (value === undefined) return more;
  if (!isData(value) || !isData(more)) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, one] of Object.entries(more)) filled[name] = filledIn(value[name], one);
  return filled;
}

function turned(definition: ResourceDefinition, field: string, value: unknown): unknown {
  const rule = definition.rules.find(({ path }) => path.length === 1 && path[0] === field);
  const isUnordered = rule?.compare === 'set' || rule?.compare === 'keyed' || rule?.compare === 'subset';
  return isUnordered && Array.isArray(value) ? value.toReversed() : value;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
