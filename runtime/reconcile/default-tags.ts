// SPDX-License-Identifier: Apache-2.0
import { listTagsIfAllowed } from './list-tags.ts';
import type { Pass } from './pass.ts';
import { expandDefaultTags, readTags, type Tag } from './tags.ts';

/** The tags that the controller puts on what it creates for an object, from these templates; all of the settings' unless told. */
export function defaultTagsOf(pass: Pass, templates: readonly Tag[] = pass.options.settings.resourceTags): Tag[] {
  const { definition, service, version } = pass.options;
  const { namespace = '', name, labels } = pass.object.metadata;
  const { kind } = definition;
  const context = { service: service.name, controllerVersion: version, kind, namespace, name };
  return expandDefaultTags(templates, labels ? { ...context, labels } : context);
}

/**
 * Whether a resource carries those tags: a stranger's does not. Tags that a new version of the controller or an edit of labels changes
 * are not looked at. True where there are no default tags to tell by, or where tags may not be listed. Throws `AwsError`.
 */
export async function carriesDefaultTags(pass: Pass, arn: string | undefined): Promise<boolean> {
  const expected = defaultTagsOf(pass, lastingTemplates(pass));
  if (expected.length === 0 || arn === undefined) return true;
  const tags = await tagsIfAllowed(pass, arn);
  return tags === undefined || hasAll(tags, expected);
}

/**
 * Whether a resource's tags prove that it was made for an object of this namespace: it carries the default tags, and one of them names the
 * namespace. False where nothing can be told. Throws `AwsError`.
 */
export async function isTaggedForNamespace(pass: Pass, arn: string): Promise<boolean> {
  const templates = lastingTemplates(pass);
  if (!templates.some(({ value }) => value.includes('%K8S_NAMESPACE%'))) return false;
  const tags = await tagsIfAllowed(pass, arn);
  return tags !== undefined && hasAll(tags, defaultTagsOf(pass, templates));
}

const CHANGES = /%(CONTROLLER_VERSION|MANAGED_BY|KRO_VERSION)%/;

/** The default tags that the kind takes, that stay as they were made, and that the user did not choose another value for. */
function lastingTemplates({ options, desired }: Pass): readonly Tag[] {
  const { definition, service, settings } = options;
  const rule = definition.tags;
  if (!rule?.defaults || !service.tagging) return [];
  const chosen = new Set(readTags(rule, desired.spec).map(({ key }) => key));
  return settings.resourceTags.filter(({ key, value }) => !CHANGES.test(value) && !chosen.has(key.trim()));
}

async function tagsIfAllowed(pass: Pass, arn: string): Promise<readonly Tag[] | undefined> {
  const { tagging } = pass.options.service;
  return tagging && listTagsIfAllowed(pass, tagging.list, arn);
}

function hasAll(tags: readonly Tag[], expected: readonly Tag[]): boolean {
  return expected.every(({ key, value }) => tags.some((tag) => tag.key === key && tag.value === value));
}
