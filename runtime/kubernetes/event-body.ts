// SPDX-License-Identifier: Apache-2.0
import { apiVersionOf, CORE_EVENT } from './resource-types.ts';

/** An Event on its way to the API server. */
export interface PendingEvent {
  /** The same for Events that say the same of the same object. */
  readonly id: string;
  readonly namespace: string;
  readonly regarding: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** How often it was said. */
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** The core/v1 Event that tells it. */
export function eventBody(
  event: PendingEvent & { readonly name: string },
  source: { readonly component: string; readonly instance: string },
): object {
  const { namespace, ...regarding } = event.regarding;
  return {
    apiVersion: apiVersionOf(CORE_EVENT),
    kind: CORE_EVENT.kind,
    metadata: { name: event.name, namespace: event.namespace },
    involvedObject: { ...regarding, ...(namespace !== '' && { namespace }) },
    type: event.type,
    reason: event.reason,
    message: event.message,
    source: { component: source.component },
    reportingComponent: source.component,
    reportingInstance: source.instance.slice(0, 128),
    firstTimestamp: seconds(event.first),
    lastTimestamp: seconds(event.last),
    count: event.count,
  };
}

/** The merge patch that says it once more. */
export function repeatPatch(event: PendingEvent): object {
  return { count: event.count, lastTimestamp: seconds(event.last) };
}

/** A Kubernetes Time has no fraction. */
function seconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
