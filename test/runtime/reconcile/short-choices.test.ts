// SPDX-License-Identifier: Apache-2.0
import { withShortChoices } from '../../../runtime/reconcile/short-choices.ts';

function message(value: string, choices: readonly string[]): string {
  return `1 validation error detected: Value '${value}' at 'instanceType' failed to satisfy constraint: Member must satisfy enum value set: [${choices.join(', ')}]`;
}

const types = Array.from({ length: 40 }, (_, index) => `ml.m${index}.large`);

test('a long list is cut short to what was probably meant', () => {
  expect(withShortChoices(message('ml.m7.larg', types))).toMatch(
    /enum value set: \[ml\.m7\.large and 39 more\] \(did you mean ml\.m7\.large\?\)$/,
  );
});

test('a long list in which nothing is near is cut short to its first dozen', () => {
  expect(withShortChoices(message('gigantic', types))).toMatch(/\[ml\.m0\.large, .*, ml\.m11\.large and 28 more\]$/);
});

test.each([message('x', types.slice(0, 12)), 'Requested resource not found.', 'of the set [a, b]'])(
  'left as it is: %s',
  (text) => {
    expect(withShortChoices(text)).toBe(text);
  },
);
