// SPDX-License-Identifier: Apache-2.0
import { deepFreeze } from './deep-freeze.ts';
import { createHeldNews } from './held-news.ts';
import { keyOf, storeName } from './object-key.ts';
import type { ObjectStore } from './object-store.ts';
import { createObjectPacker, type PackedObject } from './packed-object.ts';
import { compareResourceVersions } from './resource-version.ts';
import { withoutLastAppliedAnnotation } from './trim.ts';
import type { KubernetesObject, ObjectKey } from './types.ts';

/** What happened to one object. */
export interface ObjectChange<T extends KubernetesObject = KubernetesObject> {
  readonly kind: 'added' | 'updated' | 'deleted';
  readonly old?: T;
  readonly new?: T;
  /** True when it is a write of ours that `wrote` was told of; the watch's echo of it is not told again. */
  readonly own: boolean;
}

/** Called for every change, after the store shows it; must not throw. */
export type ChangeHandler<T extends KubernetesObject = KubernetesObject> = (
  key: ObjectKey,
  change: ObjectChange<T>,
) => void;

/** A store with the side that list-watches feed. A scope is the namespace that one list-watch watches, empty for all. */
export interface FedStore<T extends KubernetesObject = KubernetesObject> extends ObjectStore<T> {
  /** What a list showed. Counts however old it is: a restored etcd goes back in time. */
  listed(object: T): void;
  /** A list is complete: what it did not show is gone, unless we wrote it since. `names` are {@link storeName}s. */
  endList(scope: string, names: ReadonlySet<string>, resourceVersion: string): void;
  /** What a watch showed as added or modified. */
  applied(scope: string, object: T): void;
  /** What a watch showed as deleted. */
  deleted(scope: string, object: T): void;
  writing(key: ObjectKey): () => void;
  /** The objects of a namespace; unpacks none. */
  keysIn(namespace: string): Iterable<ObjectKey>;
  /** The mark of each object, see {@link ObjectStoreOptions}; unpacks none. */
  marks(): Iterable<number>;
  /** The watch has shown everything up to this version. */
  advance(scope: string, resourceVersion: string): void;
}

/** A write of ours that the watch has not shown yet. */
interface Overlay<T> {
  readonly object: T;
  /** The write took the last finalizer of a deleted object, so there is nothing left to read. */
  readonly isGone: boolean;
  /** Versions of our writes of this object whose echo is still to come. */
  readonly own: readonly string[];
}

/** Options of {@link createObjectStore}. */
export interface ObjectStoreOptions<T extends KubernetesObject> {
  readonly onChange?: ChangeHandler<T>;
  /** Objects that are hardly read any more, finished jobs and settled services: they are kept packed and cost some 50 microseconds a read. */
  readonly isSettled?: ((object: T) => boolean) | undefined;
  /** A number that stands for an object in counts; kept beside those that are packed. 0 for all without it. */
  readonly markOf?: ((object: T) => number) | undefined;
}

/** Makes an empty {@link FedStore}; objects are trimmed and frozen as they come. */
export function createObjectStore<T extends KubernetesObject>(options: ObjectStoreOptions<T> = {}): FedStore<T> {
  const { onChange = () => {}, isSettled = () => false, markOf = () => 0 } = options;
  /** Packing only saves memory: an object that the rule stumbles over is kept as it is. */
  const isAtRest = (object: T): boolean => {
    try {
      return isSettled(object);
    } catch {
      return false;
    }
  };
  const packer = createObjectPacker<T>();
  const base = new Map<string, T | Marked<PackedObject>>();
  const overlays = new Map<string, Overlay<T>>();
  const progress = new Map<string, string>();
  const held = createHeldNews();
  let size = 0;

  const whole = (known: T | Marked<PackedObject> | undefined): T | undefined =>
    known && isPacked(known) ? packer.unpack(known) : known;
  const current = (name: string): T | undefined => {
    const overlay = overlays.get(name);
    if (!overlay) return whole(base.get(name));
    return overlay.isGone ? undefined : overlay.object;
  };
  const has = (name: string): boolean => (overlays.has(name) ? !overlays.get(name)?.isGone : base.has(name));
  const set = <V>(map: Map<string, V>, name: string, value: V | undefined): void => {
    const had = has(name);
    if (value === undefined) map.delete(name);
    else map.set(name, value);
    size += Number(has(name)) - Number(had);
  };
  const notify = (kind: ObjectChange['kind'], old: T | undefined, now: T | undefined, own: boolean): void => {
    const object = now ?? old;
    if (object) onChange(keyOf(object), { kind, ...(old && { old }), ...(now && { new: now }), own });
  };
  const tell = (old: T | undefined, now: T | undefined, own: boolean): void => {
    if (old && now && old.metadata.uid === now.metadata.uid) notify('updated', old, now, own);
    else {
      if (old) notify('deleted', old, undefined, own);
      if (now) notify('added', undefined, now, own);
    }
  };
  const forget = (name: string): void => {
    const old = current(name);
    set(overlays, name, undefined);
    set(base, name, undefined);
    tell(old, undefined, false);
  };

  /** Takes in what the API server showed; tells it unless it is the echo of our own write. */
  const show = (object: T, isListed: boolean): void => {
    const name = storeName(keyOf(object));
    const known = base.get(name);
    const isSame = known?.metadata.uid === object.metadata.uid;
    if (known && isSame && (isListed ? versionOf(known) === versionOf(object) : !isNewer(object, known))) return;
    const overlay = overlays.get(name);
    const old = isSame ? whole(known) : current(name);
    const kept = deepFreeze(withoutLastAppliedAnnotation(object));
    set(base, name, isAtRest(kept) ? { ...packer.pack(kept), mark: markOf(kept) } : kept);
    if (overlay && isCaughtUp(overlay, object)) set(overlays, name, undefined);
    // A list may have skipped the writes of others that lie before ours, so only a watch has echoes.
    if (!isListed && overlay && isSameObject(overlay.object, object) && overlay.own.includes(versionOf(object))) return;
    tell(old, kept, false);
  };

  const showDeleted = (object: T): void => {
    const name = storeName(keyOf(object));
    const overlay = overlays.get(name);
    // We have created its successor already, which the watch shows next.
    if (overlay && !isSameObject(overlay.object, object)) set(base, name, undefined);
    else forget(name);
  };

  const advance = (scope: string, resourceVersion: string): void => {
    const before = progress.get(scope);
    if (before === undefined || compareResourceVersions(resourceVersion, before) > 0) {
      progress.set(scope, resourceVersion);
    }
  };

  return {
    get: (key) => current(storeName(key)),
    *list() {
      for (const name of base.keys()) {
        const object = current(name);
        if (object) yield object;
      }
      for (const [name, overlay] of overlays) if (!base.has(name) && !overlay.isGone) yield overlay.object;
    },
    *keysIn(namespace) {
      const prefix = storeName({ namespace, name: '' });
      const toKey = (name: string): ObjectKey => ({ namespace, name: name.slice(prefix.length) });
      for (const name of base.keys()) if (name.startsWith(prefix) && has(name)) yield toKey(name);
      for (const name of overlays.keys()) {
        if (name.startsWith(prefix) && !base.has(name) && has(name)) yield toKey(name);
      }
    },
    *marks() {
      for (const [name, known] of base) {
        if (!overlays.has(name)) yield isPacked(known) ? known.mark : markOf(known);
      }
      for (const overlay of overlays.values()) if (!overlay.isGone) yield markOf(overlay.object);
    },
    get size() {
      return size;
    },

    wrote(object) {
      const name = storeName(keyOf(object));
      const old = current(name);
      const isSame = old?.metadata.uid === object.metadata.uid;
      const pending = isSame ? (overlays.get(name)?.own ?? []) : [];
      if (isEnd(object)) {
        if (!isSame) return;
        set(overlays, name, { object: old, isGone: true, own: pending });
        tell(old, undefined, true);
        return;
      }
      // The watch is past this write: what it showed since, also that the object is gone, is newer.
      const shown = progress.get('') ?? progress.get(object.metadata.namespace ?? '');
      const isShown = shown !== undefined && compareResourceVersions(versionOf(object), shown) <= 0;
      if (isShown && !held.has(name, versionOf(object))) return;
      if (old && isSame && !isNewer(object, old)) return;
      const kept = deepFreeze(withoutLastAppliedAnnotation(object));
      set(overlays, name, { object: kept, isGone: false, own: [...pending, versionOf(object)] });
      tell(old, kept, true);
    },

    writing: (key) => held.hold(storeName(key)),
    listed: (object) => show(object, true),
    endList(scope, names, resourceVersion) {
      const before = progress.get(scope);
      const isRewound = before !== undefined && compareResourceVersions(resourceVersion, before) < 0;
      progress.set(scope, resourceVersion);
      held.dropUpTo(scope, resourceVersion);
      for (const [name, overlay] of overlays) {
        if (!isInScope(overlay.object, scope)) continue;
        const isAhead = compareResourceVersions(versionOf(overlay.object), resourceVersion) > 0;
        if (isAhead && !overlay.isGone && !isRewound) continue;
        if (!names.has(name)) forget(name);
        else if (isRewound) set(overlays, name, undefined);
      }
      for (const [name, object] of base) {
        if (!names.has(name) && !overlays.has(name) && isInScope(object, scope)) forget(name);
      }
    },
    applied(scope, object) {
      advance(scope, versionOf(object));
      held.orNow(scope, object, () => show(object, false));
    },
    deleted(scope, object) {
      advance(scope, versionOf(object));
      held.orNow(scope, object, () => showDeleted(object));
    },
    advance,
  };
}

/** What the rules look at, packed or not. */
interface Versioned {
  readonly metadata: Pick<KubernetesObject['metadata'], 'uid' | 'resourceVersion' | 'namespace'>;
}

type Marked<T> = T & { readonly mark: number };

function isPacked<P extends PackedObject>(object: KubernetesObject | P): object is P {
  return !('apiVersion' in object);
}

function versionOf(object: Versioned): string {
  return object.metadata.resourceVersion;
}

function isNewer(object: Versioned, than: Versioned): boolean {
  return compareResourceVersions(versionOf(object), versionOf(than)) > 0;
}

function isSameObject(a: Versioned, b: Versioned): boolean {
  return a.metadata.uid === b.metadata.uid;
}

function isInScope(object: Versioned, scope: string): boolean {
  return scope === '' || object.metadata.namespace === scope;
}

/** Whether what was shown leaves nothing of an overlay to wait for; one that is gone waits for its DELETED or its successor. */
function isCaughtUp(overlay: Overlay<KubernetesObject>, shown: KubernetesObject): boolean {
  if (overlay.isGone && isSameObject(overlay.object, shown)) return false;
  return !isNewer(overlay.object, shown);
}

/** Whether a write's answer is the last of its object: being deleted, and nothing keeps it any more. */
function isEnd(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && !object.metadata.finalizers?.length;
}
