// SPDX-License-Identifier: Apache-2.0
import { conditionsOf } from '../../../runtime/reconcile/conditions.ts';
import { shownText } from '../../../runtime/reconcile/shown-text.ts';

describe('a text as it is shown', () => {
  test.each([
    ['is left alone', 'AlgorithmError: é 😀\nsecond line', 100, 'AlgorithmError: é 😀\nsecond line'],
    [
      'has its control characters escaped',
      'a\u001b[2Jb\r\u0000\u009b\u202e',
      100,
      'a\\u001b[2Jb\\u000d\\u0000\\u009b\\u202e',
    ],
    ['is cut', 'x'.repeat(20), 10, `${'x'.repeat(9)}…`],
    ['is cut between characters', '😀'.repeat(10), 10, `${'😀'.repeat(4)}…`],
    ['is cut when its escapes are too long', '\u0000'.repeat(4), 10, '\\u0000\\u0…'],
  ])('%s', (_name, text, most, expected) => {
    const shown = shownText(text, most);
    expect(shown).toBe(expected);
    expect(shownText(shown, most)).toBe(shown);
  });

  test('bounds reason and message of every condition', () => {
    const problem = { type: 'terminal', reason: 'r'.repeat(9_999), message: '\u0007'.repeat(99_999) } as const;
    const lifecycle = { kind: 'service', states: {} } as never;
    const conditions = conditionsOf({ problem }, { kind: 'X', lifecycle, previous: [], now: 'now' });
    expect(conditions.length).toBeGreaterThan(3);
    for (const { reason = '', message = '' } of conditions) {
      expect(reason.length).toBeLessThanOrEqual(1_024);
      expect(message.length).toBeLessThanOrEqual(32_768);
      expect(message).not.toContain('\u0007');
    }
  });
});
