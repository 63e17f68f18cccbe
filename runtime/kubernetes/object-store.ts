// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject, ObjectKey } from './types.ts';

/** A read-only view of the objects of one kind, as fresh as the watch and our own writes make it. */
export interface ObjectReader<T extends KubernetesObject = KubernetesObject> {
  /** The newest version known, deep-frozen; undefined when it is gone. */
  get(key: ObjectKey): T | undefined;
  list(): Iterable<T>;
  readonly size: number;
}

/** The store of one kind: {@link ObjectReader} plus the overlay of our own writes. */
export interface ObjectStore<T extends KubernetesObject = KubernetesObject> extends ObjectReader<T> {
  /**
   * Lays the API server's answer to a write of ours over the store, until the watch delivers that version or a newer one. Ignored
   * when the watch has since told that the object is gone or out of view, or delivered another uid.
   */
  wrote(object: T): void;
  /**
   * Announces a write of ours: until the answer of this is called, the watch's news of the object wait. The API server may show a
   * write before it has answered it, and what is not known to be ours would be told as someone else's change.
   */
  writing?(key: ObjectKey): () => void;
}
