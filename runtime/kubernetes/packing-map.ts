// SPDX-License-Identifier: Apache-2.0
import { createObjectPacker, type PackedObject } from './packed-object.ts';
import type { KubernetesObject } from './types.ts';

/** Options of {@link PackingMap}. */
export interface PackingOptions<T extends KubernetesObject> {
  /** Objects that are hardly read any more, finished jobs and settled services: they are kept packed and cost some 50 microseconds a read. */
  readonly isSettled?: ((object: T) => boolean) | undefined;
  /** A number that stands for an object in counts; kept beside those that are packed. 0 for all without it. */
  readonly markOf?: ((object: T) => number) | undefined;
}

interface MarkedObject extends PackedObject {
  readonly mark: number;
}

/** An object as it is kept: its uid and versions are told without unpacking it. */
export type KeptObject<T extends KubernetesObject> = T | MarkedObject;

/** Frozen objects of one kind by name; those that are settled are packed. */
export class PackingMap<T extends KubernetesObject> {
  readonly #packer = createObjectPacker<T>();
  readonly #isSettled: (object: T) => boolean;
  readonly #markOf: (object: T) => number;
  readonly #kept = new Map<string, KeptObject<T>>();

  constructor({ isSettled = () => false, markOf = () => 0 }: PackingOptions<T>) {
    this.#isSettled = isSettled;
    this.#markOf = markOf;
  }

  has(name: string): boolean {
    return this.#kept.has(name);
  }

  /** The object as it was set, unpacked. */
  get(name: string): T | undefined {
    const kept = this.#kept.get(name);
    return kept && isPacked(kept) ? this.#packer.unpack(kept) : kept;
  }

  /** The object as it is kept. */
  peek(name: string): KeptObject<T> | undefined {
    return this.#kept.get(name);
  }

  set(name: string, object: T): void {
    const isAtRest = this.#isAtRest(object);
    this.#kept.set(name, isAtRest ? { ...this.#packer.pack(object), mark: this.#markOf(object) } : object);
  }

  delete(name: string): void {
    this.#kept.delete(name);
  }

  /** The names, in the order in which they came. */
  keys(): Iterable<string> {
    return this.#kept.keys();
  }

  /** The names with their objects, none of which is unpacked. */
  entries(): Iterable<[string, KeptObject<T>]> {
    return this.#kept.entries();
  }

  /** The mark of an object; unpacks none. */
  markOf(kept: KeptObject<T>): number {
    return isPacked(kept) ? kept.mark : this.#markOf(kept);
  }

  /** Packing only saves memory: an object that the rule stumbles over is kept as it is. */
  #isAtRest(object: T): boolean {
    try {
      return this.#isSettled(object);
    } catch {
      return false;
    }
  }
}

function isPacked<P extends PackedObject>(object: KubernetesObject | P): object is P {
  return !('apiVersion' in object);
}
