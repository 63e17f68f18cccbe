// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../generator/model/model.ts';
import { WANTED_BESIDES } from '../environment/simulator/input-choices.ts';
import { allKinds } from '../environment/simulator/kinds/all-kinds.ts';
import type { KindRules } from '../environment/simulator/kinds/kind-rules.ts';
import { minimalInput } from '../environment/simulator/minimal-input.ts';
import type { Simulator } from '../environment/simulator/start-simulator.ts';

/** Puts there what an input refers to, and what that refers to: members `<Kind>Name` and `<Kind>Id`, at any depth. */
export function seedReferences(simulator: Simulator, model: ServiceModel, kind: string, input: unknown): void {
  for (const { target, name } of referencesIn(input)) {
    if (target.kind === kind || simulator.resources.get(target.kind, name)) continue;
    const needed = minimalInput(model, target.operations.create, WANTED_BESIDES[target.kind]);
    simulator.resources.seed({ kind: target.kind, name, input: needed });
    seedReferences(simulator, model, target.kind, needed);
  }
}

function referencesIn(value: unknown): { readonly target: KindRules; readonly name: string }[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, one]) => {
    const target = allKinds.find(({ kind }) => member === `${kind}Name` || member === `${kind}Id`);
    if (target === undefined || typeof one !== 'string') return referencesIn(one);
    return [{ target, name: one.slice(one.lastIndexOf('/') + 1) }];
  });
}
