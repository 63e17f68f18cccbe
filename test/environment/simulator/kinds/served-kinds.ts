// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../../generated/sagemaker/service.ts';
import type { ServiceModel } from '../../../../generator/model/model.ts';
import type { ResourceDefinition } from '../../../../runtime/definition.ts';
import { allKinds } from './all-kinds.ts';
import { defaultRules } from './default-rules.ts';
import type { KindRules } from './kind-rules.ts';

/**
 * Every kind that the simulator serves: those that it has rules of, and by {@link defaultRules} each other one of `definitions`, so that a
 * kind that is added needs its mapping and nothing else. What the model does not know is left out.
 */
export function servedKinds(
  model: ServiceModel,
  definitions: readonly ResourceDefinition[] = sagemaker.resources,
): readonly KindRules[] {
  const written = new Set(allKinds.map(({ kind }) => kind));
  const others = definitions.filter(
    ({ kind, operations }) => !written.has(kind) && model.operations.has(operations.create.name),
  );
  return [...allKinds, ...others.map((definition) => defaultRules(model, definition))];
}
