// SPDX-License-Identifier: Apache-2.0
import type { TagRule } from '../definition.ts';
import { ownValue } from './plain-object.ts';

/** One tag, whatever its members are called in a kind. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What the `%…%` expansions in default tags stand for. */
export interface TagContext {
  /** The service's alias, `sagemaker`. */
  readonly service: string;
  /** The controller's version; `unknown` when it has none, as ACK says. */
  readonly controllerVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What has to be sent so that the tags in AWS follow the spec. */
export interface TagEdit {
  readonly add: readonly Tag[];
  /** Keys. */
  readonly remove: readonly string[];
}

/**
 * The controller's default tags for one object. Keys are taken as they are; a tag whose key or value is empty, before
 * or after expansion, is left out. The expansions are ACK's.
 */
export function expandDefaultTags(templates: readonly Tag[], context: TagContext): Tag[] {
  return templates.flatMap((template) => {
    const key = template.key.trim();
    const value = template.value.trim().replace(EXPANSION, (text) => expand(text, context));
    return key === '' || value === '' ? [] : [{ key, value }];
  });
}

/**
 * The user's tags in a spec; of two with one key the later value counts, as in ACK. Entries without a key are left to
 * AWS to refuse.
 */
export function readTags(rule: TagRule, spec: unknown): Tag[] {
  const list = ownValue(spec, rule.field);
  const values = new Map<string, string>();
  for (const entry of Array.isArray(list) ? list : []) {
    const key = ownValue(entry, rule.key);
    const value = ownValue(entry, rule.value);
    if (typeof key === 'string') values.set(key, typeof value === 'string' ? value : '');
  }
  return [...values].map(([key, value]) => ({ key, value }));
}

/**
 * The tags of a create request in the spec's form: the user's in their order, then the defaults that the user did not
 * set. Undefined when the request carries none; a kind that takes defaults always carries a list, be it empty, as ACK's
 * does.
 */
export function tagsForCreate(rule: TagRule, spec: unknown, defaults: readonly Tag[]): unknown[] | undefined {
  const tags = readTags(rule, spec);
  if (!rule.defaults) return ownValue(spec, rule.field) === undefined ? undefined : asEntries(rule, tags);
  const keys = new Set(tags.map((tag) => tag.key));
  return asEntries(rule, [...tags, ...defaults.filter((tag) => !keys.has(tag.key))]);
}

/**
 * Plans how the user's tags reach AWS.
 *
 * `applied` are the user's keys of the last time: only those are ever removed. `observed` is what ListTags answered;
 * without it every desired tag is added again, which AWS takes as an overwrite. Keys of AWS's own (`aws:`) are never
 * touched. A default tag that the user had set and took out has its default value again.
 */
export function planTagEdit(given: {
  readonly applied: readonly string[];
  readonly desired: readonly Tag[];
  readonly observed?: readonly Tag[];
  /** The controller's default tags of the object. */
  readonly defaults?: readonly Tag[];
}): TagEdit {
  const present = given.observed && new Map(given.observed.map((tag) => [tag.key, tag.value]));
  const desired = new Set(given.desired.map((tag) => tag.key));
  const gone = given.applied.filter((key) => !desired.has(key) && !isSystemKey(key));
  const defaults = (given.defaults ?? []).filter(({ key }) => gone.includes(key));
  const replaced = new Set(defaults.map(({ key }) => key));
  const wanted = [...given.desired.filter(({ key }) => !isSystemKey(key)), ...defaults];
  return {
    add: wanted.filter((tag) => present?.get(tag.key) !== tag.value),
    remove: gone.filter((key) => !replaced.has(key) && (present?.has(key) ?? true)),
  };
}

const EXPANSION = /%[A-Z0-9_]+%/g;

function expand(text: string, context: TagContext): string {
  switch (text) {
    case '%CONTROLLER_SERVICE%':
      return context.service;
    case '%CONTROLLER_VERSION%':
      return context.controllerVersion || 'unknown';
    case '%K8S_NAMESPACE%':
      return context.namespace;
    case '%K8S_RESOURCE_NAME%':
      return context.name;
    case '%K8S_RESOURCE_KIND%':
      return context.kind;
    case '%MANAGED_BY%':
      return isManagedByKro(context) ? 'kro' : '';
    case '%KRO_VERSION%':
      return isManagedByKro(context) ? label(context, 'kro.run/kro-version') : '';
    default:
      return text;
  }
}

// kro marks what it makes with the common label; its older versions used one of their own.
function isManagedByKro(context: TagContext): boolean {
  return label(context, 'app.kubernetes.io/managed-by') === 'kro' || label(context, 'kro.run/owned') === 'true';
}

function label(context: TagContext, name: string): string {
  const value = ownValue(context.labels, name);
  return typeof value === 'string' ? value : '';
}

function asEntries(rule: TagRule, tags: readonly Tag[]): unknown[] {
  return tags.map((tag) => ({ [rule.key]: tag.key, [rule.value]: tag.value }));
}

function isSystemKey(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}
