// SPDX-License-Identifier: Apache-2.0
import type { FieldRule } from '../definition.ts';

/** The field rules of a resource by path, so that a walk over the spec carries its rules along. */
export interface RuleTree {
  readonly rule?: FieldRule;
  readonly children: ReadonlyMap<string, RuleTree>;
  /** Whether something below can be cleared by itself. */
  readonly clearsBelow: boolean;
  /** The names of members, each with those that stand for the same and are set in its stead. */
  readonly alternatives: ReadonlyMap<string, readonly string[]>;
}

/** No rule, here and below. */
export const NO_RULES: RuleTree = { children: new Map(), clearsBelow: false, alternatives: new Map() };

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
  return finished(root);
}

function finished({ rule, children: unfinished }: MutableTree): RuleTree {
  const children = new Map([...unfinished].map(([name, child]) => [name, finished(child)]));
  const clearsBelow = [...children.values()].some((below) => below.rule?.clear !== undefined || below.clearsBelow);
  return { ...(rule && { rule }), children, clearsBelow, alternatives: alternativesAmong(children) };
}

function alternativesAmong(children: ReadonlyMap<string, RuleTree>): ReadonlyMap<string, readonly string[]> {
  const alternatives = new Map<string, string[]>();
  for (const [name, { rule }] of children) {
    if (rule?.insteadOf === undefined) continue;
    for (const [one, other] of [
      [name, rule.insteadOf],
      [rule.insteadOf, name],
    ] as const) {
      alternatives.set(one, [...(alternatives.get(one) ?? []), other]);
    }
  }
  return alternatives;
}

/** The rules within a list's elements: its own rule says how the list is compared, and ends there. */
export function rulesOfElements(rules: RuleTree | undefined): RuleTree | undefined {
  if (!rules?.rule) return rules;
  const { rule: _, ...below } = rules;
  return below;
}

/** Whether a value says nothing of the resource: neither another one nor its removal is an edit. */
export function isNeverCompared(rule: FieldRule | undefined): boolean {
  return rule?.compare === 'ignore' || rule?.compare === 'option';
}

interface MutableTree {
  rule?: FieldRule;
  readonly children: Map<string, MutableTree>;
}
