// SPDX-License-Identifier: Apache-2.0
import type { FieldType } from '../definition.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { isJsonEqual, mergePatchOf } from '../kubernetes/json-merge-patch.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { conditionsOf, type Explanation } from './conditions.ts';
import { creationTimeField } from './creation-time.ts';
import type { Finding } from './finding.ts';
import { hashValue } from './last-applied.ts';
import { appliedOf, isGone, type Pass, typeOf } from './pass.ts';
import { ownValue } from './plain-object.ts';
import { isTransitional, stateOf, unsettledReason } from './resource-state.ts';
import { CONDITION_LIMITS, shownText } from './shown-text.ts';
import { homeOf } from './target.ts';

type Status = Record<string, unknown>;

const ALWAYS_INSTALLED: ReadonlySet<string> = new Set(['ackResourceMetadata', 'conditions']);
const WRITE_TRIES = 3;
// Details of a run are written at most this often.
const DETAILS_MS = 60_000;

/** What became of a status write. */
export type StatusWrite = 'written' | 'unchanged' | 'gone' | 'conflict';

/** The status that an object should have after a pass. */
export function composeStatus(pass: Pass, finding: Finding): Status {
  const { definition, identity } = pass.options;
  if (finding.onlyAdvise) return withAdvisory(pass, finding.onlyAdvise);
  const status: Status = { ...pass.object.status };
  if (finding.observed) {
    const [first, ...below] = definition.lifecycle.failureReasonPath ?? [];
    for (const { json } of definition.status.members) delete status[json];
    for (const [name, value] of Object.entries(finding.observed.status)) {
      if (name !== 'ackResourceMetadata') status[name] = name === first ? shownReason(value, below) : value;
    }
  }
  const home = pass.object.status?.ackResourceMetadata;
  const arn = finding.arn === null ? undefined : (finding.arn ?? home?.arn);
  const settledHome = homeOf(pass.object);
  const partition = settledHome?.partition ?? pass.target?.partition ?? identity.partition;
  status['ackResourceMetadata'] = {
    ...(arn === undefined ? {} : { arn }),
    ownerAccountID: settledHome?.account ?? pass.target?.accountId ?? identity.accountId,
    region: settledHome?.region ?? pass.target?.region ?? (home?.region || pass.options.settings.awsRegion),
    partition,
  };
  status['observedGeneration'] = pass.wish.generation;
  const memory = lastAppliedToStore(pass, finding);
  if (memory) status['lastApplied'] = memory;
  else delete status['lastApplied'];
  status['conditions'] = conditionsOf(
    {
      state: arn === undefined ? undefined : stateOf(definition, status),
      busy: unsettledReason(definition, status),
      waiting: finding.waiting,
      problem: finding.problem,
      advisories: finding.advisories,
    },
    {
      kind: definition.kind,
      lifecycle: definition.lifecycle,
      previous: pass.object.status?.conditions ?? [],
      now: nowText(pass),
    },
  );
  return withoutUninstalled(status, pass);
}

/** The one text of AWS's own making that nothing but AWS's good will bounds; longer, etcd would refuse the whole status. */
function shownReason(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return typeof value === 'string' ? shownText(value, CONDITION_LIMITS.message) : value;
  const below = ownValue(value, name);
  return below === undefined ? value : { ...(value as object), [name]: shownReason(below, rest) };
}

function withAdvisory(pass: Pass, { reason, message }: Explanation): Status {
  const conditions = pass.object.status?.conditions ?? [];
  const known = conditions.find((condition) => condition.type === 'ACK.Advisory' && condition.reason === reason);
  const advisory = {
    type: 'ACK.Advisory',
    status: 'True',
    lastTransitionTime: known?.lastTransitionTime ?? nowText(pass),
    reason,
    message,
  };
  return { ...pass.object.status, conditions: [...conditions.filter((condition) => condition !== known), advisory] };
}

function nowText({ options }: Pass): string {
  return new Date(options.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The fingerprint of the annotations that the status was written for; undefined where the status tells nothing of that. */
export function rememberedFingerprint(status: CustomResource['status']): string | undefined {
  if (status?.observedGeneration === undefined) return undefined;
  const fingerprint = ownValue(status.lastApplied, 'annotations');
  return typeof fingerprint === 'string' ? fingerprint : '';
}

/**
 * The compare's memory, and beside it the uid of the object whose resource it tells of (a restored backup has another) and the
 * fingerprint of the annotations: a restart must not take old annotations for an edit.
 */
function lastAppliedToStore(pass: Pass, finding: Finding): object | undefined {
  const applied = finding.arn === null ? undefined : (finding.applied ?? appliedOf(pass));
  const { fingerprint } = pass.wish;
  if (!applied && fingerprint === '') return undefined;
  const uid = applied ? { uid: pass.memory.uid } : {};
  return { ...applied, ...uid, ...(fingerprint === '' ? {} : { annotations: fingerprint }) };
}

/**
 * Writes the status if it changed: a merge patch of the difference, with the resourceVersion inside. On a conflict the newest version is
 * fetched and the same findings are laid over it; an ARN must not get lost because somebody edited a label meanwhile.
 */
export async function writeStatus(pass: Pass, finding: Finding): Promise<StatusWrite> {
  await pass.announcement;
  for (let left = WRITE_TRIES; left > 0; left--) {
    const wanted = composeStatus(pass, finding);
    const patch = mergePatchOf(pass.object.status ?? {}, wanted);
    if (!patch || isPruned(pass, wanted) || isDeferrable(pass, patch, wanted)) return 'unchanged';
    try {
      await patchStatus(pass, patch, wanted);
      return 'written';
    } catch (error) {
      if (isApiError(error, 404) && isGone(pass)) return 'gone';
      if (!isApiError(error, 409)) throw error;
      if (!(await refresh(pass))) return 'gone';
    }
  }
  return 'conflict';
}

async function patchStatus(pass: Pass, patch: object, wanted: Status): Promise<void> {
  const { client, store } = pass.options;
  const { resourceVersion } = pass.object.metadata;
  const done = store.writing?.(pass.key);
  try {
    const answer = await client.patch<CustomResource>(
      typeOf(pass.options),
      pass.key,
      { metadata: { resourceVersion }, status: patch },
      // Without the pass's signal: what AWS has done already is told even while the process stops.
      { type: 'merge', subresource: 'status' },
    );
    pass.object = answer;
    const stored = answer.status ?? {};
    const at = pass.options.clock.monotonic();
    pass.memory.status = isJsonEqual(wanted, stored)
      ? { at }
      : { at, pruned: { wanted: hashValue(wanted), stored: hashValue(stored) } };
    store.wrote(answer);
  } finally {
    done?.();
  }
}

/** Takes the newest version of the object; false when it is gone or another one of the same name. */
async function refresh(pass: Pass): Promise<boolean> {
  const { client } = pass.options;
  try {
    const fresh = await client.get<CustomResource>(typeOf(pass.options), pass.key);
    if (fresh.metadata.uid !== pass.memory.uid) return false;
    pass.object = fresh;
    return true;
  } catch (error) {
    if (isApiError(error, 404) && isGone(pass)) return false;
    throw error;
  }
}

/** Whether the API server was given just this before and made of it what it has now: the installed CRD prunes the rest. */
function isPruned(pass: Pass, wanted: Status): boolean {
  const pruned = pass.memory.status?.pruned;
  if (!pruned) return false;
  return pruned.wanted === hashValue(wanted) && pruned.stored === hashValue(pass.object.status ?? {});
}

/** Whether what moved can go with a later write, since the resource is changing anyway. */
function isDeferrable(pass: Pass, patch: Record<string, unknown>, wanted: Status): boolean {
  const { definition, clock } = pass.options;
  if (!isTransitional(stateOf(definition, wanted))) return false;
  const names = Object.keys(patch);
  const born = creationTimeField(definition);
  // Another time of creation is that of another resource.
  if (born !== undefined && names.includes(born) && ownValue(pass.object.status, born) !== undefined) return false;
  if (names.every((name) => typeOfField(pass, name) === 'timestamp')) return true;
  const last = pass.memory.status;
  if (definition.lifecycle.kind !== 'run-to-completion' || !last) return false;
  return clock.monotonic() - last.at < DETAILS_MS && names.every((name) => isDetail(pass, name));
}

/** What does not tell a transition: counters, lists, structures, and words that were not there before. */
function isDetail(pass: Pass, name: string): boolean {
  const { statusField, failureReasonPath } = pass.options.definition.lifecycle;
  const type = typeOfField(pass, name);
  if (type === undefined || name === statusField || name === failureReasonPath?.[0]) return false;
  return type !== 'string' || ownValue(pass.object.status, name) === undefined;
}

function typeOfField(pass: Pass, name: string): FieldType | undefined {
  return pass.options.definition.status.members.find(({ json }) => json === name)?.type;
}

function withoutUninstalled(status: Status, pass: Pass): Status {
  const known = pass.options.installed?.statusFields;
  if (!known) return status;
  return Object.fromEntries(Object.entries(status).filter(([name]) => known.has(name) || ALWAYS_INSTALLED.has(name)));
}
