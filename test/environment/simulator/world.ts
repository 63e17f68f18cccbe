// SPDX-License-Identifier: Apache-2.0
import { EventQueue } from './event-queue.ts';
import { type Data, patched, type Resource, type Step, wireTime } from './resource.ts';
import type { Scope } from './scope.ts';
import { Shelf } from './shelf.ts';
import type { SimulatorClock } from './simulator-clock.ts';

/** How the world is set up. */
export interface WorldOptions {
  readonly clock: SimulatorClock;
  /** Lifecycles run this many times faster than their durations say; times in answers stay true. 1 unless told. */
  readonly speed?: number;
  /** Durations of steps by `<Kind>.<step>`, in milliseconds before speed, in place of the kind's own. */
  readonly durations?: Readonly<Record<string, number>>;
}

/** A resource about to be: what the world cannot make up itself. */
export interface NewResource {
  readonly kind: string;
  readonly scope: Scope;
  readonly key: string;
  readonly arn: string;
  readonly data: Data;
  readonly tags?: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch; now unless it is made to be older. */
  readonly createdAt?: number;
}

/** All that AWS holds, and what will still happen to it. Nothing moves between calls: `settle` brings it up to date. */
export class World {
  readonly clock: SimulatorClock;
  readonly speed: number;
  /** How far Lists lag behind Describe, in milliseconds. */
  listLagMs = 0;
  readonly #durations: ReadonlyMap<string, number>;
  readonly #queue = new EventQueue();
  readonly #shelves = new Map<string, Shelf>();
  readonly #byArn = new Map<string, Resource>();
  #sequence = 0;

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.speed = options.speed ?? 1;
    this.#durations = new Map(Object.entries(options.durations ?? {}));
  }

  /** Milliseconds that a step takes here: the set duration, or `defaultMs`, divided by the speed. */
  duration(name: string, defaultMs: number): number {
    return (this.#durations.get(name) ?? defaultMs) / this.speed;
  }

  /** Lets everything happen that is due by now, in its order and at its own time. */
  settle(): void {
    const now = this.clock.now();
    for (let event = this.#queue.takeDue(now); event; event = this.#queue.takeDue(now)) event.run();
  }

  /** The shelf of a kind in an account and region. */
  shelf(scope: Scope, kind: string): Shelf {
    const id = `${scope.account}/${scope.region}/${kind}`;
    let shelf = this.#shelves.get(id);
    if (!shelf) {
      shelf = new Shelf();
      this.#shelves.set(id, shelf);
    }
    return shelf;
  }

  find(scope: Scope, kind: string, key: string): Resource | undefined {
    return this.shelf(scope, kind).get(key);
  }

  findByArn(arn: string): Resource | undefined {
    return this.#byArn.get(arn);
  }

  /** Every resource there is, of every account and region. */
  all(): IterableIterator<Resource> {
    return this.#byArn.values();
  }

  add(wanted: NewResource): Resource {
    const now = this.clock.now();
    const resource: Resource = {
      kind: wanted.kind,
      scope: wanted.scope,
      key: wanted.key,
      arn: wanted.arn,
      sequence: this.#sequence++,
      createdAt: wanted.createdAt ?? now,
      appearedAt: wanted.createdAt ?? now,
      tags: new Map(wanted.tags),
      data: wanted.data,
      past: [],
      deletedAt: undefined,
      lifecycle: 0,
      failureReason: undefined,
    };
    this.shelf(resource.scope, resource.kind).add(resource);
    this.#byArn.set(resource.arn, resource);
    return resource;
  }

  /** Changes members at a time, which becomes the `LastModifiedTime` unless the patch sets it. */
  change(resource: Resource, patch: Data, at = this.clock.now()): void {
    if (this.listLagMs > 0) {
      const recent = resource.past.filter((version) => version.until > at - this.listLagMs);
      resource.past = [...recent, { until: at, data: resource.data }];
    } else if (resource.past.length > 0) resource.past = [];
    resource.data = patched(resource.data, { LastModifiedTime: wireTime(at), ...patch });
    this.shelf(resource.scope, resource.kind).touch();
  }

  /** Takes a resource out: Describe no longer knows it, a lagging List does for a while. */
  remove(resource: Resource, at = this.clock.now()): void {
    const shelf = this.shelf(resource.scope, resource.kind);
    resource.deletedAt = at;
    resource.lifecycle++;
    shelf.remove(resource);
    if (this.#byArn.get(resource.arn) === resource) this.#byArn.delete(resource.arn);
    if (this.listLagMs > 0) this.#queue.add({ at: at + this.listLagMs, run: () => shelf.forget(resource) });
    else shelf.forget(resource);
  }

  /** Begins a lifecycle, in place of the one that the resource was in. Steps due at once are taken at once. */
  walk(resource: Resource, steps: readonly Step[], from = this.clock.now()): void {
    resource.lifecycle++;
    this.#schedule(resource, steps, from, resource.lifecycle);
  }

  /** The resource as a List shows it now, or undefined where the List does not have it (yet, or any more). */
  listed(resource: Resource): Data | undefined {
    if (this.listLagMs === 0) return resource.deletedAt === undefined ? resource.data : undefined;
    const shown = this.clock.now() - this.listLagMs;
    if (resource.appearedAt > shown) return undefined;
    if (resource.deletedAt !== undefined && resource.deletedAt <= shown) return undefined;
    return resource.past.find((version) => version.until > shown)?.data ?? resource.data;
  }

  #schedule(resource: Resource, steps: readonly Step[], from: number, lifecycle: number): void {
    const [step, ...rest] = steps;
    if (!step) return;
    const at = from + step.afterMs;
    const run = (): void => {
      if (resource.lifecycle !== lifecycle || resource.deletedAt !== undefined) return;
      const patch = step.set?.(resource, at);
      if (patch) this.change(resource, patch, at);
      if (resource.lifecycle !== lifecycle) return;
      if (step.remove) this.remove(resource, at);
      else this.#schedule(resource, step.next?.(resource, at) ?? rest, at, lifecycle);
    };
    if (step.afterMs <= 0) run();
    else this.#queue.add({ at, run });
  }
}
