// SPDX-License-Identifier: Apache-2.0
import { constraintTexts } from '../constraint-texts.ts';
import type { FieldModel } from '../resource-model.ts';

/** The rules of a field in words, but for whether it is required and what values it takes, which are shown in other ways. */
export function fieldTexts({ type, deprecated, sensitive }: FieldModel): readonly string[] {
  return [...(deprecated ? ['deprecated'] : []), ...(sensitive ? ['sensitive'] : []), ...constraintTexts(type)];
}
