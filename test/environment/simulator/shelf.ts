// SPDX-License-Identifier: Apache-2.0
import type { Resource } from './resource.ts';

/** What a List sorts by: a creation time or the text of a member. */
export type SortValue = string | number;

/** A place in a sorted List, which stays right while resources come and go. */
export interface Position {
  readonly value: SortValue;
  readonly sequence: number;
}

/** The resources of one kind in one account and region, findable by key and in order. */
export class Shelf {
  readonly #byKey = new Map<string, Resource>();
  readonly #byCreation: Resource[] = [];
  readonly #sorted = new Map<string, { readonly version: number; readonly resources: readonly Resource[] }>();
  #version = 0;

  /** Those that exist now; `byCreation` may also hold deleted ones that a lagging List still shows. */
  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Resource | undefined {
    return this.#byKey.get(key);
  }

  values(): IterableIterator<Resource> {
    return this.#byKey.values();
  }

  add(resource: Resource): void {
    this.#byKey.set(resource.key, resource);
    const index = firstAfter(this.#byCreation, { value: resource.createdAt, sequence: resource.sequence }, creation);
    this.#byCreation.splice(index, 0, resource);
    this.#version++;
  }

  /** No longer there for its key; Lists go on showing it until `forget`. */
  remove(resource: Resource): void {
    if (this.#byKey.get(resource.key) === resource) this.#byKey.delete(resource.key);
    this.#version++;
  }

  /** No longer in any List. */
  forget(resource: Resource): void {
    const position = { value: resource.createdAt, sequence: resource.sequence };
    const index = firstAfter(this.#byCreation, position, creation) - 1;
    if (this.#byCreation[index] === resource) this.#byCreation.splice(index, 1);
    this.#version++;
  }

  /** A member of a resource changed: orders by members are stale. */
  touch(): void {
    this.#version++;
  }

  /** All in ascending order of `value`, which `by` names for the cache; `undefined` means creation time. */
  ordered(by: string | undefined, value: (resource: Resource) => SortValue): readonly Resource[] {
    if (by === undefined) return this.#byCreation;
    const cached = this.#sorted.get(by);
    if (cached?.version === this.#version) return cached.resources;
    const resources = this.#byCreation.toSorted((a, b) => compareValues(value(a), value(b)) || a.sequence - b.sequence);
    this.#sorted.set(by, { version: this.#version, resources });
    return resources;
  }
}

/** The index of the first resource that comes after `position`. */
export function firstAfter(
  resources: readonly Resource[],
  position: Position,
  value: (resource: Resource) => SortValue,
): number {
  let low = 0;
  let high = resources.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const resource = resources[middle];
    if (!resource) break;
    const order = compareValues(value(resource), position.value) || resource.sequence - position.sequence;
    if (order > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function creation(resource: Resource): number {
  return resource.createdAt;
}

function compareValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
