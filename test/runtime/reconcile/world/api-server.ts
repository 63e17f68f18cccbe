// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../../runtime/kubernetes/api-error.ts';
import { deepFreeze } from '../../../../runtime/kubernetes/deep-freeze.ts';
import { isJsonEqual } from '../../../../runtime/kubernetes/json-merge-patch.ts';
import type { ObjectStore } from '../../../../runtime/kubernetes/object-store.ts';
import type { ObjectChange } from '../../../../runtime/kubernetes/store.ts';
import type {
  CustomResource,
  KubernetesClient,
  ObjectKey,
  PatchOptions,
} from '../../../../runtime/kubernetes/types.ts';

type Json = Record<string, unknown>;

/** One write of the reconciler, as etcd would see it. */
export interface RecordedWrite {
  readonly subresource: 'status' | undefined;
  readonly body: Json;
}

/** An API server for one kind, in memory: versions, conflicts, merge patches, the status subresource, finalizers. */
export interface FakeApiServer {
  readonly client: KubernetesClient;
  readonly store: ObjectStore<CustomResource>;
  /** Patches that were accepted, whether they changed anything or not; the user's edits are not among them. */
  readonly writes: RecordedWrite[];
  /** Answers the next patch with this error instead of doing it. */
  failNext(error: Error): void;
  /** Called before each patch, for what others do at that very moment. */
  beforePatch: ((options: PatchOptions) => void) | undefined;
  /** Status fields that the installed CRD keeps; undefined keeps all. */
  keeps: ReadonlySet<string> | undefined;
  /** Called for each change of the object, as the store tells it. */
  onChange: ((change: ObjectChange) => void) | undefined;
  create(object: Json & { metadata: Json }): void;
  /** What a user does with kubectl: a change of spec raises the generation. */
  edit(change: (object: CustomResourceDraft) => void): void;
  /** `kubectl delete`. */
  delete(): void;
  get(): CustomResource | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: tests change objects freely
export type CustomResourceDraft = any;

export function createFakeApiServer(key: ObjectKey): FakeApiServer {
  let current: CustomResource | undefined;
  let version = 100;
  let nextFailure: Error | undefined;
  const writes: RecordedWrite[] = [];

  function put(next: CustomResourceDraft, own = false): CustomResource | undefined {
    const before = current;
    if (before && isJsonEqual(before, next)) return before;
    version += 1;
    next.metadata.resourceVersion = String(version);
    if (before && !isJsonEqual(before.spec, next.spec))
      next.metadata.generation = (before.metadata.generation ?? 0) + 1;
    const gone = next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
    const frozen = deepFreeze(next) as CustomResource;
    current = gone ? undefined : frozen;
    const kind = gone ? 'deleted' : before ? 'updated' : 'added';
    server.onChange?.({ kind, ...(before && { old: before }), ...(current && { new: current }), own });
    return frozen;
  }

  function existing(): CustomResource {
    if (!current) throw new ApiError({ code: 404, reason: 'NotFound', message: `${key.name} not found` });
    return current;
  }

  const server: FakeApiServer = {
    writes,
    beforePatch: undefined,
    keeps: undefined,
    onChange: undefined,
    failNext(error) {
      nextFailure = error;
    },
    create(object) {
      put(
        structuredClone({
          ...object,
          metadata: {
            uid: 'uid-1',
            generation: 1,
            creationTimestamp: '2026-01-01T00:00:00Z',
            ...key,
            ...object.metadata,
          },
        }),
      );
    },
    edit(change) {
      const draft = structuredClone(existing());
      change(draft);
      put(draft);
    },
    delete() {
      const draft: CustomResourceDraft = structuredClone(existing());
      draft.metadata.deletionTimestamp = '2026-01-01T01:00:00Z';
      put(draft);
    },
    get: () => current,
    store: {
      get: () => current,
      list: () => (current ? [current] : []),
      get size() {
        return current ? 1 : 0;
      },
      wrote: () => undefined,
    },
    client: {
      get: async <T>() => existing() as T,
      async patch<T>(_type: unknown, _key: ObjectKey, body: unknown, options: PatchOptions) {
        server.beforePatch?.(options);
        await Promise.resolve();
        if (nextFailure) {
          const failure = nextFailure;
          nextFailure = undefined;
          throw failure;
        }
        const before = existing();
        // What goes over the wire is JSON.
        const patch = JSON.parse(JSON.stringify(body)) as Json;
        const wanted = (patch['metadata'] as Json | undefined)?.['resourceVersion'];
        if (wanted !== undefined && wanted !== before.metadata.resourceVersion) {
          throw new ApiError({ code: 409, reason: 'Conflict', message: 'the object has been modified' });
        }
        const merged = merge(structuredClone(before), patch) as CustomResourceDraft;
        const next: CustomResourceDraft = structuredClone(before);
        if (options.subresource === 'status') {
          const status = merged.status as Json;
          next.status = server.keeps
            ? Object.fromEntries(Object.entries(status).filter(([name]) => server.keeps?.has(name)))
            : status;
        } else {
          next.spec = merged.spec;
          next.metadata = merged.metadata;
        }
        const after = put(next, true);
        writes.push({ subresource: options.subresource, body: patch });
        return after as T;
      },
      list: unused,
      watch: unused,
      create: unused,
      replace: unused,
      delete: unused,
      raw: unused,
      close: async () => undefined,
    },
  };
  return server;
}

function unused(): never {
  throw new Error('the reconciler does not need this call');
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base: Json = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete base[name];
    else base[name] = merge(base[name], value);
  }
  return base;
}
