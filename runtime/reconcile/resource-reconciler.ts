// SPDX-License-Identifier: Apache-2.0
import type { ReconcileContext, Reconciler } from '../controller/reconciler.ts';
import type { CustomResource, ObjectKey } from '../kubernetes/types.ts';
import { createKindPoller } from '../poller/kind-poller.ts';
import { adopt, adoptedWish, adoptionWanted } from './adopt.ts';
import { adoptedSubject } from './adoption.ts';
import { annotationAdvisories } from './annotation-advisories.ts';
import { ADOPTED, isAnnotatedTrue, PAUSED } from './annotations.ts';
import { announceWaiting } from './announce-waiting.ts';
import { createArnHolders } from './arn-holders.ts';
import { compileResource } from './compile-resource.ts';
import type { Explanation } from './conditions.ts';
import { claim, claimFound, create, reclaim } from './create.ts';
import { explainError } from './explain-error.ts';
import type { Finding } from './finding.ts';
import { finishPass } from './finish-pass.ts';
import { findableSubject } from './found-again.ts';
import { hasFinalizer, readIntent } from './intent.ts';
import { lookWhereSent } from './look-where-sent.ts';
import { adoptedIsGone, maintain } from './maintain.ts';
import { createMemories, type Memory } from './memory.ts';
import { createNamespaceReader } from './namespace-reader.ts';
import { readAws } from './observe.ts';
import { observeOnly } from './observe-only.ts';
import type { Outcome } from './outcome.ts';
import { hasLostFinalizer, isOurs } from './ownership.ts';
import { arnOf, type Pass, type ReconcilerOptions, wishOf } from './pass.ts';
import { paused } from './paused.ts';
import { BLOCKED_MS } from './pauses.ts';
import { isReadOnly } from './read-only.ts';
import { remove } from './remove.ts';
import { restOf } from './schedule.ts';
import { flushAnnotations } from './send-update.ts';
import { isNotedFor, sentTarget } from './sent-create.ts';
import { settleFound } from './settle.ts';
import { resolveTarget } from './target.ts';
import { forgetWatch, listAdvisories } from './watch-changes.ts';

/**
 * Makes the reconciler of one kind. Each pass is level-triggered: it takes the newest version of the object, does what is due in a fixed
 * order (docs/reconciliation.md), and tells what it found in the status and to the queue.
 */
export function createResourceReconciler(given: ReconcilerOptions): Reconciler {
  const memories = createMemories();
  const holders = createArnHolders(given);
  const { namespaces, client } = given;
  const options = withPoller({
    holders,
    ...given,
    ...(namespaces && { namespaces: createNamespaceReader(namespaces, client) }),
  });
  return {
    async reconcile(key: ObjectKey, context: ReconcileContext): Promise<Outcome> {
      const object = options.store.get(key);
      if (!object) {
        memories.forget(key);
        forgetWatch({ options, key });
        return { kind: 'done' };
      }
      const pass = createPass(options, key, object, memories.of(key, object.metadata.uid), context);
      return finishPass(pass, await takeSteps(pass));
    },
  };
}

/** Where the API can list what moved, and somebody wakes the objects, one poller serves all objects of the kind. */
function withPoller(options: ReconcilerOptions): ReconcilerOptions {
  const { definition, wake, life } = options;
  if (options.poller || !definition.list || !wake || !life) return options;
  const poller = createKindPoller({ ...options, list: definition.list, signal: life });
  options.metrics?.watchPoller(definition.kind, () => poller.polled());
  return { ...options, poller };
}

async function takeSteps(pass: Pass): Promise<Finding> {
  const { clock } = pass.options;
  let cancel = (): void => {};
  const announceLater = (): void => {
    // What is slow then is not AWS but the API server, which another write would make slower still.
    const say = (): void => (pass.isWriting ? announceLater() : announceWaiting(pass, UNANSWERED, FIRST_STATUS_MS));
    cancel = clock.after(FIRST_STATUS_MS, say);
  };
  announceLater();
  try {
    return await steps(pass);
  } catch (error) {
    return withAdvisories(pass, explainError(pass, error));
  } finally {
    cancel();
  }
}

// An object that nobody has told anything yet is told something, however long AWS takes to answer.
const FIRST_STATUS_MS = 1_500;
const UNANSWERED: Explanation = { reason: 'InProgress', message: 'The object was seen; AWS has not answered yet.' };

/** The order of a pass. */
async function steps(pass: Pass): Promise<Finding> {
  const { object, options } = pass;
  if (isAnnotatedTrue(object, PAUSED)) {
    pass.memory.stale = true;
    return paused(pass);
  }

  await options.namespaces?.ensure?.(pass.key.namespace, pass.signal);
  const resolution = resolveTarget(object, options);
  if (resolution.kind === 'resolved') {
    pass.target = sentTarget(pass, resolution.target);
    pass.session = options.sessions.session(pass.target);
  }
  if (object.metadata.deletionTimestamp !== undefined) return remove(pass, resolution);
  if (resolution.kind === 'blocked') {
    pass.memory.stale = true;
    return { next: { kind: 'after', ms: BLOCKED_MS }, problem: resolution.problem };
  }

  const observesOnly = isReadOnly(object, options.settings);
  if (!observesOnly && hasLostFinalizer(pass)) await reclaim(pass);
  const rest = restOf(pass);
  if (rest) return rest;
  pass.advisories = [...resolution.advisories, ...annotationAdvisories(pass)];
  const found = observesOnly ? await observeOnly(pass) : await manage(pass);
  const advisories = [...(found.advisories ?? []), ...listAdvisories(pass, found)];
  return withAdvisories(pass, { ...found, advisories });
}

function withAdvisories(pass: Pass, finding: Finding): Finding {
  return { ...finding, advisories: [...(pass.advisories ?? []), ...(finding.advisories ?? [])] };
}

/** Brings an object that exists and is not being deleted, and its resource, closer together. */
async function manage(pass: Pass): Promise<Finding> {
  const { definition } = pass.options;
  await flushAnnotations(pass);
  if (!hasFinalizer(pass.object, definition)) {
    const adoption = adoptionWanted(pass);
    if (adoption.kind !== 'none') return adopt(pass, adoption);
    // An ARN without the finalizer was only observed, or comes from a backup.
    const reading = arnOf(pass) === undefined ? ({ kind: 'absent' } as const) : await readAws(pass);
    if (reading.kind === 'found') return claimFound(pass, reading);
    await claim(pass);
    return create(pass);
  }
  if (arnOf(pass) !== undefined) return maintain(pass);
  // This process wrote the intent, and AWS refused whatever was sent since: nothing of ours can be there.
  if (!pass.memory.mayHaveCreated) return createOwn(pass);
  // Whether a create was sent is not known: a crash, a lost answer, a restored backup, ACK's half-done work.
  const sent = await lookWhereSent(pass);
  if (sent) return sent;
  const isAdopted = isAnnotatedTrue(pass.object, ADOPTED);
  const { subject, isRemembered } = findableSubject(pass);
  const reading = await readAws(pass, adoptedSubject(subject, definition));
  if (reading.kind === 'found' && isRemembered) {
    if (await isOurs(pass, reading)) return settleFound(pass, reading);
    delete pass.observed;
    return createOwn(pass);
  }
  if (reading.kind === 'found' && isAdopted) {
    // The status of the adopting pass was not written: what it knew is known again.
    if (!pass.memory.seen) pass.memory.isInherited = true;
    pass.memory.seen ??= adoptedWish(pass);
    if (reading.arn !== undefined) pass.memory.created = { arn: reading.arn };
  }
  if (reading.kind === 'found') return claimFound(pass, reading);
  if (isAdopted) return adoptedIsGone(pass);
  return createOwn(pass);
}

/** The same intent, so the same token, unless the create goes elsewhere: what a lost answer may have created is not created twice. */
async function createOwn(pass: Pass): Promise<Finding> {
  const intent = readIntent(pass.object);
  if (!intent || !isNotedFor(pass, intent)) await claim(pass, intent?.replaces);
  return create(pass);
}

function createPass(
  options: ReconcilerOptions,
  key: ObjectKey,
  object: CustomResource,
  memory: Memory,
  context: ReconcileContext,
): Pass {
  const compiled = compileResource(options.definition);
  memory.seenAt ??= options.clock.monotonic();
  const pass: Pass = {
    options,
    compiled,
    memory,
    key,
    object,
    before: object.status,
    desired: Object.freeze(compiled.complete(object)),
    wish: wishOf(object),
    signal: context.signal,
    park: context.park,
    holdTimeout: context.holdTimeout,
    log: options.log.child({ namespace: key.namespace, name: key.name, reconcileID: context.reconcileId }),
  };
  pass.onWait = (operation, ms) => {
    const message = `${operation} waits for its turn: the calls to AWS of this account and region are rate-limited.`;
    announceWaiting(pass, { reason: 'Queued', message }, ms);
  };
  return pass;
}
