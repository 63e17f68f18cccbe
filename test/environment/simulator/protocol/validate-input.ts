// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel, Shape } from '../../../../generator/model/model.ts';
import { type AwsApiError, validationException } from '../api-error.ts';
import type { Data } from '../resource.ts';
import { type Constraint, constraintsOf } from './constraints.ts';

/** Checks the parsed input of an operation against the model; answers what AWS would throw, or undefined. */
export type InputValidator = (shapeName: string, input: Data) => AwsApiError | undefined;

/** How many broken rules one answer names. AWS stops somewhere as well. */
const MAX_VIOLATIONS = 100;

/** A validator that compiles each shape's rules once, when they are first needed. */
export function createInputValidator(model: ServiceModel): InputValidator {
  const compiled = new Map<Member | Shape, readonly Constraint[]>();
  const rulesOf = (member: Member | undefined, shape: Shape): readonly Constraint[] => {
    const known = compiled.get(member ?? shape);
    if (known) return known;
    const rules = constraintsOf(member, shape);
    compiled.set(member ?? shape, rules);
    return rules;
  };
  return (shapeName, input) => {
    const shape = shapeOf(model, shapeName);
    const violations: string[] = [];
    checkMembers({ model, rulesOf, violations }, shape, input, '');
    if (violations.length === 0) return undefined;
    const shown = violations.slice(0, MAX_VIOLATIONS);
    const count = shown.length === 1 ? '1 validation error' : `${shown.length} validation errors`;
    return validationException(`${count} detected: ${shown.join('; ')}`);
  };
}

interface Check {
  readonly model: ServiceModel;
  readonly rulesOf: (member: Member | undefined, shape: Shape) => readonly Constraint[];
  readonly violations: string[];
}

function checkMembers(check: Check, shape: Shape, value: Data, path: string): void {
  if (shape.kind !== 'structure' && shape.kind !== 'union') return;
  for (const member of shape.members) {
    const memberPath = join(path, lowerFirst(member.name));
    const memberValue = value[member.name];
    if (memberValue !== undefined) checkValue(check, member, memberValue, memberPath);
    else if (member.traits.required) {
      check.violations.push(`Value null at '${memberPath}' failed to satisfy constraint: Member must not be null`);
    }
  }
  if (shape.kind === 'union' && Object.keys(value).length > 1) {
    check.violations.push(`Value at '${path}' failed to satisfy constraint: Member must have exactly one member set`);
  }
}

function checkValue(check: Check, member: Member, value: unknown, path: string): void {
  const shape = shapeOf(check.model, member.target);
  for (const rule of check.rulesOf(member, shape)) {
    if (rule.holds(value)) continue;
    const secret = shape.traits.sensitive || member.traits.sensitive || shape.kind === 'structure';
    const shown = secret ? 'Value' : `Value '${asText(value)}'`;
    check.violations.push(`${shown} at '${path}' failed to satisfy constraint: ${rule.text}`);
  }
  if (shape.kind === 'list') checkItems(check, shape.member, value as readonly unknown[], path);
  else if (shape.kind === 'map') checkEntries(check, shape, value as Data, path);
  else checkMembers(check, shape, value as Data, path);
}

function checkItems(check: Check, member: Member, items: readonly unknown[], path: string): void {
  const shape = shapeOf(check.model, member.target);
  if (isScalar(shape)) {
    const rules = check.rulesOf(member, shape);
    if (items.every((item) => item !== null && rules.every((rule) => rule.holds(item)))) return;
    const all = rules.map((rule) => rule.text).join(', ');
    const shown = shape.traits.sensitive ? 'Value' : `Value '${asText(items)}'`;
    check.violations.push(
      `${shown} at '${path}' failed to satisfy constraint: Member must satisfy constraint: [${all}]`,
    );
    return;
  }
  items.forEach((item, index) => {
    const itemPath = `${path}.${index + 1}.member`;
    if (item !== null) checkValue(check, member, item, itemPath);
    else check.violations.push(`Value null at '${itemPath}' failed to satisfy constraint: Member must not be null`);
  });
}

function checkEntries(check: Check, shape: Extract<Shape, { kind: 'map' }>, value: Data, path: string): void {
  const keyShape = shapeOf(check.model, shape.key.target);
  const keyRules = check.rulesOf(shape.key, keyShape);
  if (!Object.keys(value).every((key) => keyRules.every((rule) => rule.holds(key)))) {
    const all = keyRules.map((rule) => rule.text).join(', ');
    check.violations.push(
      `Value at '${path}' failed to satisfy constraint: Map keys must satisfy constraint: [${all}]`,
    );
  }
  const valueShape = shapeOf(check.model, shape.value.target);
  if (!isScalar(valueShape)) {
    for (const key of Object.keys(value)) checkValue(check, shape.value, value[key], `${path}.${key}.member`);
    return;
  }
  const valueRules = check.rulesOf(shape.value, valueShape);
  if (Object.values(value).every((one) => one !== null && valueRules.every((rule) => rule.holds(one)))) return;
  const all = valueRules.map((rule) => rule.text).join(', ');
  check.violations.push(`Value at '${path}' failed to satisfy constraint: Map value must satisfy constraint: [${all}]`);
}

function isScalar(shape: Shape): boolean {
  return shape.kind !== 'structure' && shape.kind !== 'union' && shape.kind !== 'list' && shape.kind !== 'map';
}

function shapeOf(model: ServiceModel, name: string): Shape {
  const shape = model.shapes.get(name);
  if (!shape) throw new Error(`the model of the simulator has no shape ${name}`);
  return shape;
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}=${asText(one)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
