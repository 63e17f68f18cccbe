// SPDX-License-Identifier: Apache-2.0
import type { FieldRule } from '../definition.ts';

/** The field rules of a resource by path, so that a walk over the spec carries its rules along. */
export interface RuleTree {
  readonly rule?: FieldRule;
  readonly children: ReadonlyMap<string, RuleTree>;
}

/** Arranges rules by path; the later of two rules for one path wins. */
export function buildRuleTree(rules: readonly FieldRule[]): RuleTree {
  const root: MutableTree = { children: new Map() };
  for (const rule of rules) {
    let node = root;
    for (const name of rule.path) {
      let child = node.children.get(name);
      if (!child) {
        child = { children: new Map() };
        node.children.set(name, child);
      }
      node = child;
    }
    node.rule = rule;
  }
  return root;
}

/** The rules within a list's elements: its own rule says how the list is compared, and ends there. */
export function rulesOfElements(rules: RuleTree | undefined): RuleTree | undefined {
  return rules?.rule ? { children: rules.children } : rules;
}

/** Whether a value says nothing of the resource: neither another one nor its removal is an edit. */
export function isNeverCompared(rule: FieldRule | undefined): boolean {
  return rule?.compare === 'ignore' || rule?.compare === 'option';
}

interface MutableTree {
  rule?: FieldRule;
  readonly children: Map<string, MutableTree>;
}
