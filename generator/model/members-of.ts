// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel } from './model.ts';

/** The members of a structure or union, in the model's order; none for any other shape. */
export function membersOf(model: ServiceModel, shape: string): readonly Member[] {
  const found = model.shapes.get(shape);
  return found?.kind === 'structure' || found?.kind === 'union' ? found.members : [];
}
