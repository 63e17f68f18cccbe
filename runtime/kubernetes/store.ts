// SPDX-License-Identifier: Apache-2.0
import { deepFreeze } from './deep-freeze.ts';
import { createHeldNews } from './held-news.ts';
import { keyOf, storeName } from './object-key.ts';
import type { ObjectStore } from './object-store.ts';
import { PackingMap, type PackingOptions } from './packing-map.ts';
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
export interface ObjectStoreOptions<T extends KubernetesObject> extends PackingOptions<T> {
  readonly onChange?: ChangeHandler<T>;
}

/** Makes an empty {@link FedStore}; objects are trimmed and frozen as they come. */
export function createObjectStore<T extends KubernetesObject>(options: ObjectStoreOptions<T> = {}): FedStore<T> {
  return new OverlaidStore(options);
}

class OverlaidStore<T extends KubernetesObject> implements FedStore<T> {
  readonly #onChange: ChangeHandler<T>;
  /** What lists and watches have shown. */
  readonly #shown: PackingMap<T>;
  readonly #overlays = new Map<string, Overlay<T>>();
  /** The version up to which each list-watch has shown everything, by its scope. */
  readonly #progress = new Map<string, string>();
  readonly #held = createHeldNews();
  #size = 0;

  constructor(options: ObjectStoreOptions<T>) {
    this.#onChange = options.onChange ?? (() => {});
    this.#shown = new PackingMap(options);
  }

  get size(): number {
    return this.#size;
  }

  get(key: ObjectKey): T | undefined {
    return this.#current(storeName(key));
  }

  *list(): Generator<T> {
    for (const name of this.#shown.keys()) {
      const object = this.#current(name);
      if (object) yield object;
    }
    for (const [name, overlay] of this.#overlays) {
      if (!this.#shown.has(name) && !overlay.isGone) yield overlay.object;
    }
  }

  *keysIn(namespace: string): Generator<ObjectKey> {
    const prefix = storeName({ namespace, name: '' });
    const toKey = (name: string): ObjectKey => ({ namespace, name: name.slice(prefix.length) });
    for (const name of this.#shown.keys()) if (name.startsWith(prefix) && this.#has(name)) yield toKey(name);
    for (const name of this.#overlays.keys()) {
      if (name.startsWith(prefix) && !this.#shown.has(name) && this.#has(name)) yield toKey(name);
    }
  }

  *marks(): Generator<number> {
    for (const [name, kept] of this.#shown.entries()) if (!this.#overlays.has(name)) yield this.#shown.markOf(kept);
    for (const overlay of this.#overlays.values()) if (!overlay.isGone) yield this.#shown.markOf(overlay.object);
  }

  wrote(object: T): void {
    const name = storeName(keyOf(object));
    const old = this.#current(name);
    // Nothing here creates objects: this one is gone, or a label took it out of this controller's view while it was written.
    if (!old) return;
    const isSame = old.metadata.uid === object.metadata.uid;
    const pending = isSame ? (this.#overlays.get(name)?.own ?? []) : [];
    if (isEnd(object)) {
      if (!isSame) return;
      this.#set(this.#overlays, name, { object: old, isGone: true, own: pending });
      this.#tell(old, undefined, true);
      return;
    }
    if (this.#isOvertaken(name, object) || (isSame && !isNewer(object, old))) return;
    const kept = deepFreeze(withoutLastAppliedAnnotation(object));
    this.#set(this.#overlays, name, { object: kept, isGone: false, own: [...pending, versionOf(object)] });
    this.#tell(old, kept, true);
  }

  writing(key: ObjectKey): () => void {
    return this.#held.hold(storeName(key));
  }

  listed(object: T): void {
    this.#show(object, true);
  }

  endList(scope: string, names: ReadonlySet<string>, resourceVersion: string): void {
    const before = this.#progress.get(scope);
    const isRewound = before !== undefined && compareResourceVersions(resourceVersion, before) < 0;
    this.#progress.set(scope, resourceVersion);
    this.#held.dropUpTo(scope, resourceVersion);
    for (const [name, overlay] of this.#overlays) {
      if (!isInScope(overlay.object, scope)) continue;
      const isAhead = compareResourceVersions(versionOf(overlay.object), resourceVersion) > 0;
      if (isAhead && !overlay.isGone && !isRewound) continue;
      if (!names.has(name)) this.#forget(name);
      else if (isRewound) this.#set(this.#overlays, name, undefined);
    }
    for (const [name, kept] of this.#shown.entries()) {
      if (!names.has(name) && !this.#overlays.has(name) && isInScope(kept, scope)) this.#forget(name);
    }
  }

  applied(scope: string, object: T): void {
    this.advance(scope, versionOf(object));
    this.#held.orNow(scope, object, () => this.#show(object, false));
  }

  deleted(scope: string, object: T): void {
    this.advance(scope, versionOf(object));
    this.#held.orNow(scope, object, () => this.#showDeleted(object));
  }

  advance(scope: string, resourceVersion: string): void {
    const before = this.#progress.get(scope);
    if (before === undefined || compareResourceVersions(resourceVersion, before) > 0) {
      this.#progress.set(scope, resourceVersion);
    }
  }

  #current(name: string): T | undefined {
    const overlay = this.#overlays.get(name);
    if (!overlay) return this.#shown.get(name);
    return overlay.isGone ? undefined : overlay.object;
  }

  #has(name: string): boolean {
    const overlay = this.#overlays.get(name);
    return overlay ? !overlay.isGone : this.#shown.has(name);
  }

  /** Takes in what the API server showed; tells it unless it is the echo of our own write. */
  #show(object: T, isListed: boolean): void {
    const name = storeName(keyOf(object));
    const known = this.#shown.peek(name);
    const isSame = known?.metadata.uid === object.metadata.uid;
    if (known && isSame && (isListed ? versionOf(known) === versionOf(object) : !isNewer(object, known))) return;
    const overlay = this.#overlays.get(name);
    const old = isSame ? this.#shown.get(name) : this.#current(name);
    const kept = deepFreeze(withoutLastAppliedAnnotation(object));
    this.#set(this.#shown, name, kept);
    if (overlay && isCaughtUp(overlay, object)) this.#set(this.#overlays, name, undefined);
    // A list may have skipped the writes of others that lie before ours, so only a watch has echoes.
    if (!isListed && overlay && isSameObject(overlay.object, object) && overlay.own.includes(versionOf(object))) return;
    this.#tell(old, kept, false);
  }

  #showDeleted(object: T): void {
    const name = storeName(keyOf(object));
    const overlay = this.#overlays.get(name);
    // We have created its successor already, which the watch shows next.
    if (overlay && !isSameObject(overlay.object, object)) this.#set(this.#shown, name, undefined);
    else this.#forget(name);
  }

  /** Whether the watch is past a write: what it showed since, also that the object is gone, is newer. */
  #isOvertaken(name: string, object: T): boolean {
    const shown = this.#progress.get('') ?? this.#progress.get(object.metadata.namespace ?? '');
    const isShown = shown !== undefined && compareResourceVersions(versionOf(object), shown) <= 0;
    return isShown && !this.#held.has(name, versionOf(object));
  }

  #forget(name: string): void {
    const old = this.#current(name);
    this.#set(this.#overlays, name, undefined);
    this.#set(this.#shown, name, undefined);
    this.#tell(old, undefined, false);
  }

  #set<V>(layer: Layer<V>, name: string, value: V | undefined): void {
    const had = this.#has(name);
    if (value === undefined) layer.delete(name);
    else layer.set(name, value);
    this.#size += Number(this.#has(name)) - Number(had);
  }

  #tell(old: T | undefined, now: T | undefined, own: boolean): void {
    if (old && now && old.metadata.uid === now.metadata.uid) this.#notify('updated', old, now, own);
    else {
      if (old) this.#notify('deleted', old, undefined, own);
      if (now) this.#notify('added', undefined, now, own);
    }
  }

  #notify(kind: ObjectChange['kind'], old: T | undefined, now: T | undefined, own: boolean): void {
    const object = now ?? old;
    if (object) this.#onChange(keyOf(object), { kind, ...(old && { old }), ...(now && { new: now }), own });
  }
}

/** One of the two maps that the store is made of. */
interface Layer<V> {
  set(name: string, value: V): unknown;
  delete(name: string): unknown;
}

/** What the rules look at, packed or not. */
interface Versioned {
  readonly metadata: Pick<KubernetesObject['metadata'], 'uid' | 'resourceVersion' | 'namespace'>;
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
