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

test('of several mistakes each list is cut by its own value', () => {
  const first =
    "2 validation errors detected: Value 'a' at 'trainingJobName' failed to satisfy constraint: Member must have length greater than 3; ";
  expect(withShortChoices(first + message('ml.m7.larg', types))).toContain('(did you mean ml.m7.large?)');
});

test('a list of what elements may be is cut short as well', () => {
  const text = message('ml.m7.larg', types).replace(
    'Member must satisfy enum',
    'Member must satisfy constraint: [Member must satisfy enum',
  );
  expect(withShortChoices(`${text}]`)).toContain('[ml.m7.large and 39 more] (did you mean ml.m7.large?)]');
});

test('a value that is endless is not compared with each, and takes no time', () => {
  const endless = message('x'.repeat(1_000), types);
  expect(withShortChoices(endless)).toContain('and 28 more]');
  const hostile = "Value 'a".repeat(20_000);
  expect(withShortChoices(hostile)).toBe(hostile);
});

test.each([message('x', types.slice(0, 12)), 'Requested resource not found.', 'of the set [a, b]'])(
  'left as it is: %s',
  (text) => {
    expect(withShortChoices(text)).toBe(text);
  },
);
