// SPDX-License-Identifier: Apache-2.0
import { type AwsError, isAwsError } from '../aws/aws-error.ts';
import type { TaggingDefinition } from '../definition.ts';
import { callAws } from './call-aws.ts';
import type { Explanation, Problem } from './conditions.ts';
import { defaultTagsOf } from './default-tags.ts';
import { AT_ONCE, classOf, explainAwsError } from './explain-error.ts';
import type { Next } from './finding.ts';
import { areTagsEdited, hashValue, type LastApplied } from './last-applied.ts';
import { listTags, listTagsIfAllowed } from './list-tags.ts';
import type { Memory } from './memory.ts';
import { appliedOf, arnOf, isRefusal, isUnsent, Overtaken, type Pass } from './pass.ts';
import { isRefusedBefore, refusedBefore } from './refused-before.ts';
import { wishChange } from './schedule.ts';
import { planTagEdit, readTags, type Tag, type TagEdit } from './tags.ts';

/** What came of looking after the tags. */
export interface TagsEdited {
  readonly advisories: readonly Explanation[];
  readonly problem?: Problem | undefined;
  readonly next?: Next | undefined;
  /** Whether AWS was given the spec's tags. */
  readonly sent?: boolean;
  /** The spec's tags did not reach AWS: the memory of the compare keeps those of before. */
  readonly failed?: boolean;
  /** AWS failed in passing: what the status says of the edit stays as it is. */
  readonly quiet?: boolean | undefined;
}

// Tags are looked at far less often than the resource: each look is a call of its own.
const REPAIR_MS = 36_000_000;
// What was denied is tried again with looks that are due anyway, after half of this time to all of it.
const DENIED_MS = 3_600_000;

/**
 * Brings the user's tags in AWS in line with the spec: after an edit without asking what is there (unless a former process may have sent
 * it already and died before it could say so), and every ten hours by comparing. What was denied is tried again now and then. For
 * an object taken over from ACK, which never edited tags, differences are only told until the next edit.
 */
export async function editTags(pass: Pass): Promise<TagsEdited> {
  const { definition, service } = pass.options;
  const { memory } = pass;
  const rule = definition.tags;
  const { tagging } = service;
  const arn = arnOf(pass);
  if (!rule || !tagging || arn === undefined) return { advisories: [] };
  const told = wishChange(pass) === 'edited' ? undefined : toldBefore(pass);
  const applied = appliedIfRead(pass, tagging, told);
  const desired = readTags(rule, pass.desired.spec);
  // What stopped half way has to be brought to an end also where the spec was set back to what was applied last.
  const isOpen = memory.tagsAdded !== undefined;
  const edited = isOpen || (applied ? areTagsEdited(applied, desired) : wishChange(pass) === 'edited');
  if (told && !isTriedAgain(pass, told)) return { advisories: [told], failed: true };
  if (edited && isRefusedBefore(pass)) return { advisories: [], problem: refusedBefore(pass), failed: true };
  try {
    if (edited) return await sendEdit(pass, tagging, arn, applied, desired);
    if (!applied) return desired.length > 0 ? await tellDifferences(pass, tagging, arn, desired) : { advisories: [] };
    if (told || isRepairDue(pass, desired)) await repair(pass, tagging, arn, applied, desired);
    return { advisories: [] };
  } catch (error) {
    return failed(pass, error, told);
  }
}

function isRepairDue({ memory, options }: Pass, desired: readonly Tag[]): boolean {
  const now = options.clock.monotonic();
  if (memory.tagsReadAt === undefined || desired.length === 0) memory.tagsReadAt = now;
  return now - memory.tagsReadAt >= REPAIR_MS;
}

async function repair(
  pass: Pass,
  tagging: TaggingDefinition,
  arn: string,
  applied: LastApplied,
  desired: readonly Tag[],
): Promise<void> {
  pass.memory.tagsReadAt = pass.options.clock.monotonic();
  const observed = await listTags(pass, tagging.list, arn);
  const edit = plan(pass, applied, desired, observed);
  await addTags(pass, tagging, arn, edit);
  await removeTags(pass, tagging, arn, edit);
}

async function sendEdit(
  pass: Pass,
  tagging: TaggingDefinition,
  arn: string,
  applied: LastApplied | undefined,
  desired: readonly Tag[],
): Promise<TagsEdited> {
  const { memory } = pass;
  const signature = hashValue([applied?.tags ?? null, desired]);
  if (memory.tagsAdded !== undefined || memory.tagsSent !== signature) {
    const isKnown = memory.seen !== undefined && !memory.isInherited;
    const observed = isKnown ? undefined : await listTagsIfAllowed(pass, tagging.list, arn);
    const { tagsAdded } = memory;
    const edit = plan(pass, applied, desired, observed);
    const keys = [...new Set([...(tagsAdded?.keys ?? []), ...edit.add.map(({ key }) => key)])];
    if (tagsAdded?.signature !== signature) {
      memory.tagsAdded = { keys };
      await addTags(pass, tagging, arn, edit).catch((error: unknown) => {
        // Nothing was added: a tag of that key is a stranger's.
        if (isRefusal(error) || isUnsent(error)) restoreAdded(memory, tagsAdded);
        throw error;
      });
    }
    memory.tagsAdded = { signature, keys };
    await removeTags(pass, tagging, arn, edit);
    delete memory.tagsAdded;
    delete memory.isInherited;
    memory.tagsSent = signature;
  }
  return { advisories: [], sent: true };
}

function restoreAdded(memory: Memory, tagsAdded: Memory['tagsAdded']): void {
  if (tagsAdded) memory.tagsAdded = tagsAdded;
  else delete memory.tagsAdded;
}

function plan(
  pass: Pass,
  applied: LastApplied | undefined,
  desired: readonly Tag[],
  observed?: readonly Tag[],
): TagEdit {
  const defaults = pass.options.definition.tags?.defaults ? defaultTagsOf(pass) : [];
  const keys = new Set([...(applied?.tags?.keys ?? []), ...(pass.memory.tagsAdded?.keys ?? [])]);
  const edit = { applied: [...keys], desired, defaults };
  return planTagEdit(observed ? { ...edit, observed } : edit);
}

async function addTags(pass: Pass, { add }: TaggingDefinition, arn: string, edit: TagEdit): Promise<void> {
  if (edit.add.length === 0) return;
  const tags = edit.add.map(({ key, value }) => ({ Key: key, Value: value }));
  await callAws(pass, { ...add, class: 'update' }, { [add.arn]: arn, [add.tags]: tags });
}

async function removeTags(pass: Pass, { remove }: TaggingDefinition, arn: string, edit: TagEdit): Promise<void> {
  if (edit.remove.length === 0) return;
  await callAws(pass, { ...remove, class: 'update' }, { [remove.arn]: arn, [remove.tags]: edit.remove });
}

async function tellDifferences(
  pass: Pass,
  tagging: TaggingDefinition,
  arn: string,
  desired: readonly Tag[],
): Promise<TagsEdited> {
  const { memory, options } = pass;
  if (memory.tagsReadAt !== undefined) return { advisories: [] };
  const { add } = plan(pass, undefined, desired, await listTags(pass, tagging.list, arn));
  memory.tagsReadAt = options.clock.monotonic();
  if (add.length === 0) return { advisories: [] };
  const keys = add.map(({ key }) => key).join(', ');
  const message = `The tags ${keys} are not in AWS as the spec has them; they are sent with the next edit of this object.`;
  return { advisories: [{ reason: DIFFER, message }], failed: true };
}

const DIFFER = 'TagsDiffer';
const UNMANAGED = 'TagsNotManaged';

/** A missing permission for tags never makes an object not ready; any other failure is a failure like others. */
function failed(pass: Pass, error: unknown, told: Explanation | undefined): TagsEdited {
  // What an update before it did is remembered.
  if (error instanceof Overtaken) return { advisories: [], next: AT_ONCE, quiet: true, failed: true };
  if (!isAwsError(error)) throw error;
  if (classOf(pass, error) === 'denied') return { advisories: [denied(pass, error, told)], failed: true };
  const { problem, next, quiet } = explainAwsError(pass, error);
  return { advisories: [], next, quiet, problem: quiet ? undefined : problem, failed: true };
}

/** What the object is told of a denial: the same words again where the same was told before, so that nothing is written. */
function denied({ memory, options, log }: Pass, error: AwsError, told: Explanation | undefined): Explanation {
  const { clock, random } = options;
  memory.tagsRetryAt = clock.monotonic() + (DENIED_MS * (1 + random())) / 2;
  if (told?.message.startsWith(deniedText(error.operation))) return told;
  log.warn({ operation: error.operation, code: error.code }, 'Tags are not managed: permission is missing');
  return { reason: UNMANAGED, message: `${deniedText(error.operation)} ${error.message}` };
}

function deniedText(operation: string): string {
  return `Tags are left as they are: ${operation} was denied.`;
}

/** What was told of the tags before and still holds. */
function toldBefore(pass: Pass): Explanation | undefined {
  const told = pass.object.status?.conditions?.find(
    ({ type, reason }) => type === 'ACK.Advisory' && (reason === DIFFER || reason === UNMANAGED),
  );
  return told && { reason: told.reason ?? DIFFER, message: told.message ?? '' };
}

/** The memory; none where the tags of an object that was taken over could not even be looked at: there is no edit that could be sent. */
function appliedIfRead(
  pass: Pass,
  { list }: TaggingDefinition,
  told: Explanation | undefined,
): LastApplied | undefined {
  const applied = appliedOf(pass);
  const isUnread = applied?.tags === undefined && told?.message.startsWith(deniedText(list.name));
  return isUnread ? undefined : applied;
}

function isTriedAgain({ memory, options }: Pass, { reason }: Explanation): boolean {
  return reason === UNMANAGED && options.clock.monotonic() >= (memory.tagsRetryAt ?? 0);
}
