// SPDX-License-Identifier: Apache-2.0
import type { StringConstraints, TypeModel } from './resource-model.ts';

/** What the spec's values of a type must fulfil besides their pattern, in words: for `explain` and the reference. */
export function constraintTexts(type: TypeModel): readonly string[] {
  switch (type.kind) {
    case 'string':
      return stringTexts(type);
    case 'integer':
    case 'number':
      return rangeTexts(type.minimum, type.maximum, '');
    case 'list':
      return rangeTexts(type.minSize, type.maxSize, ' entries');
    case 'map': {
      const keys = stringTexts(type.key).map((text) => `keys of ${text}`);
      // The CRD checks keys by CEL, and only where their number is bounded.
      const unchecked = type.maxSize === undefined && (keys.length > 0 || type.key.pattern !== undefined);
      return [
        ...rangeTexts(type.minSize, type.maxSize, ' entries'),
        ...keys,
        ...(unchecked ? ['keys are checked by AWS only'] : []),
      ];
    }
    default:
      return [];
  }
}

function stringTexts({ minLength, maxLength, omittedPattern }: StringConstraints): readonly string[] {
  return [
    ...rangeTexts(minLength, maxLength, ' characters'),
    ...(omittedPattern === undefined ? [] : [`a pattern that only AWS checks (${omittedPattern})`]),
  ];
}

function rangeTexts(min: number | undefined, max: number | undefined, unit: string): readonly string[] {
  if (min === undefined && max === undefined) return [];
  if (min === undefined) return [`at most ${max}${unit}`];
  return [max === undefined ? `at least ${min}${unit}` : `${min} to ${max}${unit}`];
}
