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
  const { definition, service, settings } = pass.options;
  const rule = definition.tags;
  if (!rule?.defaults || !service.tagging || arn === undefined) return true;
  const chosen = new Set(readTags(rule, pass.desired.spec).map(({ key }) => key));
  const lasting = settings.resourceTags.filter(({ value }) => !CHANGES.test(value));
  const expected = defaultTagsOf(pass, lasting).filter(({ key }) => !chosen.has(key));
  if (expected.length === 0) return true;
  const tags = await listTagsIfAllowed(pass, service.tagging.list, arn);
  if (!tags) return true;
  return expected.every(({ key, value }) => tags.some((tag) => tag.key === key && tag.value === value));
}

const CHANGES = /%(CONTROLLER_VERSION|MANAGED_BY|KRO_VERSION)%/;
