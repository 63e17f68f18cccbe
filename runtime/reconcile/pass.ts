// SPDX-License-Identifier: Apache-2.0
import { isAwsError, isUnreached } from '../aws/aws-error.ts';
import type { AwsSession, AwsSessions, AwsTarget } from '../aws/aws-session.ts';
import type { Clock, Random } from '../clock.ts';
import type { ResourceDefinition, ServiceDefinition } from '../definition.ts';
import type { Difference, HookContext } from '../hooks.ts';
import type { EventRecorder } from '../kubernetes/events.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import type { CustomResource, KubernetesClient, ObjectKey, ResourceType } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { KindPoller } from '../poller/kind-poller.ts';
import type { Settings } from '../settings.ts';
import { annotationsFingerprint } from './annotations.ts';
import type { ArnHolders } from './arn-holders.ts';
import type { CompiledResource } from './compile-resource.ts';
import type { Explanation } from './conditions.ts';
import type { AnyObserved } from './finding.ts';
import { type LastApplied, readLastApplied } from './last-applied.ts';
import type { Memory, Wish } from './memory.ts';
import type { NamespaceReader } from './namespace-reader.ts';

/** Options of {@link import('./resource-reconciler.ts').createResourceReconciler}. */
export interface ReconcilerOptions {
  readonly service: ServiceDefinition;
  readonly definition: ResourceDefinition;
  readonly client: KubernetesClient;
  readonly store: ObjectStore<CustomResource>;
  readonly sessions: AwsSessions;
  readonly recorder: EventRecorder;
  readonly settings: Settings;
  /** The controller's own identity. */
  readonly identity: { readonly accountId: string; readonly partition: string };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Namespaces, for their annotations; absent where they may not be read. */
  readonly namespaces?: Pick<NamespaceReader, 'get'> & Partial<NamespaceReader>;
  /** True where that is so because a right is missing: objects say so, and a deletion asks for its namespace. */
  readonly namespacesDenied?: boolean;
  /** Throws when this process no longer holds the Lease; called immediately before every write to AWS. */
  readonly assertLeading: () => void;
  /** What the CRD that is installed knows, if it is older than this controller: other status fields are left out. */
  readonly installed?: { readonly statusFields: ReadonlySet<string> };
  /** The controller's version, for default tags. */
  readonly version: string;
  /** Has an object passed over again after `ms`. Without it, and `life`, what is changing is found by reading each resource. */
  readonly wake?: (key: ObjectKey, ms: number) => void;
  /** Ends what goes on between passes. */
  readonly life?: AbortSignal;
  /** Watches what is changing; the reconciler makes its own. */
  readonly poller?: KindPoller;
  /** Shows what the poller watches. */
  readonly metrics?: Pick<Metrics, 'watchPoller'>;
  /** Which objects have which resources; the reconciler makes its own. */
  readonly holders?: ArnHolders;
}

/** One pass over one object: what its steps share. */
export interface Pass {
  readonly options: ReconcilerOptions;
  readonly compiled: CompiledResource;
  readonly memory: Memory;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly key: ObjectKey;
  /** The newest version of the object: moves on with every write of the pass. */
  object: CustomResource;
  /** What the pass works towards: the object as it was at the start, the name field filled in. */
  desired: CustomResource;
  /** What the user wanted at the start. */
  wish: Wish;
  /** The status at the start. */
  readonly before: CustomResource['status'];
  target?: AwsTarget;
  session?: AwsSession;
  /** What AWS showed in this pass. */
  observed?: AnyObserved;
  /** As in the context of the pass. */
  readonly park?: (() => () => void) | undefined;
  /** As in the context of the pass. */
  readonly holdTimeout?: (() => () => void) | undefined;
  /** Called when a call has to wait for its turn, with the operation's name and milliseconds. */
  onWait?: (operation: string, ms: number) => void;
  /** What is to be told of the object whatever the pass finds. */
  advisories?: readonly Explanation[];
  /** Whether the object is being written: a write besides would only conflict with it. */
  isWriting?: boolean;
  /** A status that is being written while a call waits; later writes come after it. */
  announcement?: Promise<void>;
}

/** The Lease was lost: nothing may be written to AWS any more. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/** The object is not any more what the pass works towards: what it would write to AWS now is no longer wanted. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** The resource type of the pass's kind. */
export function typeOf({ definition }: ReconcilerOptions): ResourceType {
  const { group, version, kind, plural } = definition;
  return { group, version, kind, plural, namespaced: true };
}

/** What the user of an object wants now. */
export function wishOf(object: CustomResource): Wish {
  return { generation: object.metadata.generation ?? 0, fingerprint: annotationsFingerprint(object) };
}

/**
 * Whether the watch, too, has told that the object is gone. A server that answers 404 while it has not is one that lags behind: that says
 * nothing of the object.
 */
export function isGone({ options, key, memory }: Pick<Pass, 'options' | 'key' | 'memory'>): boolean {
  return options.store.get(key)?.metadata.uid !== memory.uid;
}

/** The ARN, if the resource is known to exist: from a create whose answer the status does not have yet, or from the status. */
export function arnOf(pass: Pass): string | undefined {
  return pass.memory.created?.arn ?? pass.object.status?.ackResourceMetadata?.arn;
}

/**
 * What inputs are made from: the desired object, with what is known of the existing resource. While the status has not got its ARN yet, the
 * ids beside the former ARN are another resource's.
 */
export function subjectOf(pass: Pass): CustomResource {
  const arn = arnOf(pass);
  const { status } = pass.object;
  if (arn === undefined || status?.ackResourceMetadata?.arn === arn)
    return { ...pass.desired, ...(status ? { status } : {}) };
  const home = { ownerAccountID: '', region: '', ...status?.ackResourceMetadata, arn };
  const ids = idsInArn(pass.options.definition);
  const kept = Object.fromEntries(Object.entries(status ?? {}).filter(([name]) => !ids.has(name)));
  return { ...pass.desired, status: { ...kept, ackResourceMetadata: home } };
}

/** The fields of the status that the read is made with, and that the ARN's end tells as well. */
function idsInArn({ operations }: ResourceDefinition): ReadonlySet<string> {
  return new Set(operations.read.input.flatMap(({ from, path }) => (from === 'arnEnd' ? (path?.[1] ?? []) : [])));
}

/** The compare's memory; undefined for an object that was taken over. */
export function appliedOf(pass: Pass): LastApplied | undefined {
  return readLastApplied(pass.object.status) ?? pass.memory.applied;
}

/** What hooks may look at: what is desired, and the annotations as the pass has left them. */
export function hookContext(
  pass: Pass,
  differences: readonly Difference[] = [],
): HookContext<Record<string, unknown>, Record<string, unknown>> {
  return {
    object: { ...pass.desired, metadata: pass.object.metadata } as HookContext<
      Record<string, unknown>,
      Record<string, unknown>
    >['object'],
    ...(pass.observed ? { observed: pass.observed } : {}),
    differences,
  };
}

/** Whether AWS itself definitely refused a call: nothing of it was done. */
export function isRefusal(error: unknown): boolean {
  return isAwsError(error) && error.failure === 'response' && error.httpStatus >= 400 && error.httpStatus < 500;
}

/** Whether a call never reached AWS. */
export function isUnsent(error: unknown): boolean {
  return (
    error instanceof LeadershipLost ||
    error instanceof Overtaken ||
    (isAwsError(error) && (error.failure === 'credentials' || error.failure === 'unsent' || isUnreached(error)))
  );
}

/** Changes the object's metadata by one merge patch; with the resourceVersion where the change is of a list. Throws `ApiError`. */
export async function patchObject(pass: Pass, patch: { metadata: object; spec?: object }): Promise<void> {
  const { client, store } = pass.options;
  await pass.announcement;
  // Until the answer is known to be ours, the watch's word of it would be taken for somebody else's edit.
  const done = store.writing?.(pass.key);
  pass.isWriting = true;
  try {
    const answer = await client.patch<CustomResource>(typeOf(pass.options), pass.key, patch, { type: 'merge' });
    pass.object = answer;
    store.wrote(answer);
  } finally {
    pass.isWriting = false;
    done?.();
  }
}
