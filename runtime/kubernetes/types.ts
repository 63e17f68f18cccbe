// SPDX-License-Identifier: Apache-2.0

/** The metadata that this runtime reads; `managedFields` are dropped on arrival. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** Any object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** One condition, in ACK's form. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** RFC 3339; moves only when `status` does. */
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The part of every status that the runtime owns. */
export interface CommonStatus {
  readonly ackResourceMetadata?: {
    readonly arn?: string;
    readonly ownerAccountID: string;
    readonly region: string;
    readonly partition?: string;
  };
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  /** The memory of the three-way compare; see `reconcile/last-applied.ts`. */
  readonly lastApplied?: unknown;
}

/** An object of a generated kind. */
export interface CustomResource<Spec = Record<string, unknown>, Status = Record<string, unknown>>
  extends KubernetesObject {
  readonly spec?: Spec;
  readonly status?: Partial<Status> & CommonStatus;
}

/** A resource type of the API, as a URL needs it. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Namespace and name of an object; `namespace` is empty for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** One page of a list. */
export interface ObjectList<T extends KubernetesObject = KubernetesObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** The token of the next page; absent on the last. */
  readonly continue?: string;
}

/** One line of a watch. `ERROR` never arrives here: it is thrown as an {@link import('./api-error.ts').ApiError}. */
export type WatchEvent<T extends KubernetesObject = KubernetesObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | {
      readonly type: 'BOOKMARK';
      readonly resourceVersion: string;
      /** All that a watch with `sendInitialEvents` begins with has been shown. */
      readonly endsInitialEvents?: true;
    };

/** Options of a list. */
export interface ListOptions {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Objects per page; the server's choice when absent. */
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

/** Options of a watch. */
export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** What the watch goes on from; only with `sendInitialEvents` it may be absent. */
  readonly resourceVersion?: string;
  /**
   * Begins with all objects of this moment as ADDED and ends them with a bookmark that `endsInitialEvents`. Refused as invalid by servers without
   * the feature WatchList, which came with Kubernetes 1.27 and is on since 1.34.
   */
  readonly sendInitialEvents?: true;
  /** Seconds after which the server ends the watch. */
  readonly timeoutSeconds: number;
  /** Called once the server has answered that it watches, which it does before there is an event. */
  readonly onOpen?: () => void;
  readonly signal: AbortSignal;
}

/** Options of a patch. */
export interface PatchOptions {
  /** `merge` is RFC 7386, `apply` server-side apply with force. */
  readonly type: 'merge' | 'apply';
  readonly subresource?: 'status';
  readonly signal?: AbortSignal;
}

/**
 * The Kubernetes API, as much of it as a controller needs. Every method throws
 * {@link import('./api-error.ts').ApiError}; none retries by itself.
 */
export interface KubernetesClient {
  get<T extends KubernetesObject>(type: ResourceType, key: ObjectKey, signal?: AbortSignal): Promise<T>;
  list<T extends KubernetesObject>(type: ResourceType, options: ListOptions): Promise<ObjectList<T>>;
  /** Yields until the server ends the watch; throws when it breaks. Breaking out of the loop closes the connection. */
  watch<T extends KubernetesObject>(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create<T extends KubernetesObject>(
    type: ResourceType,
    namespace: string,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<T>;
  replace<T extends KubernetesObject>(
    type: ResourceType,
    key: ObjectKey,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<T>;
  patch<T extends KubernetesObject>(
    type: ResourceType,
    key: ObjectKey,
    body: unknown,
    options: PatchOptions,
  ): Promise<T>;
  delete(type: ResourceType, key: ObjectKey, signal?: AbortSignal): Promise<void>;
  /** Any path of the API that is not a resource: `/version`, `/apis`. */
  raw(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Closes every connection. */
  close(): Promise<void>;
}
