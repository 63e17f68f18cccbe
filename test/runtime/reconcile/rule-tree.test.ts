// SPDX-License-Identifier: Apache-2.0
import type { FieldRule } from '../../../runtime/definition.ts';
import { buildRuleTree, rulesOfElements } from '../../../runtime/reconcile/rule-tree.ts';

const cleared: FieldRule = { path: ['outer', 'inner', 'text'], clear: { flag: 'ClearText' } };

test('each level knows whether something below it can be cleared by itself', () => {
  const root = buildRuleTree([cleared, { path: ['other'], compare: 'set' }]);
  expect([root.clearsBelow, root.children.get('outer')?.clearsBelow]).toEqual([true, true]);
  // The text itself can be, and has nothing below it.
  const text = root.children.get('outer')?.children.get('inner')?.children.get('text');
  expect(text).toMatchObject({ rule: cleared, clearsBelow: false });
  expect(root.children.get('other')?.clearsBelow).toBe(false);
});

test('members that stand for the same know each other, and only beside each other', () => {
  const root = buildRuleTree([
    { path: ['body'], insteadOf: 'location' },
    { path: ['link'], insteadOf: 'location' },
    { path: ['outer', 'body'] },
  ]);
  expect(Object.fromEntries(root.alternatives)).toEqual({
    body: ['location'],
    link: ['location'],
    location: ['body', 'link'],
  });
  expect(root.children.get('outer')?.alternatives.size).toBe(0);
});

test("a list's own rule ends at its elements, and what is below it holds within them", () => {
  const list = buildRuleTree([
    { path: ['list'], compare: 'set' },
    { ...cleared, path: ['list', 'text'] },
  ]).children.get('list');
  expect(rulesOfElements(list)).toEqual({ children: list?.children, clearsBelow: true, alternatives: new Map() });
});
