// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import type { Pace } from '../pace.ts';
import { ApiError, isApiError } from './api-error.ts';
import { type BackOff, createBackOff } from './back-off.ts';
import { withInactivityLimit } from './inactivity.ts';
import {
  EMPTY,
  IN_PAGES,
  isExpired,
  isInitializing,
  isStreamRefused,
  type ListWatchState,
  listAnew,
  stateAfter,
  watchFrom,
} from './list-watch-state.ts';
import { keyOf, storeName } from './object-key.ts';
import { compareResourceVersions } from './resource-version.ts';
import type {
  KubernetesClient,
  KubernetesObject,
  ListOptions,
  ObjectList,
  ResourceType,
  WatchEvent,
  WatchOptions,
} from './types.ts';

/** Receives what a list-watch sees. What a method throws is logged and counted, and the list-watch goes on. */
export interface ListWatchHandler<T extends KubernetesObject> {
  /** One of all objects, as a page of a list or the beginning of a watch shows them. */
  onListed(object: T): void;
  /** All have been shown; `names` are their `namespace/name`. What is not among them is gone. The first one means synced. */
  onSnapshot(names: ReadonlySet<string>, resourceVersion: string): void;
  /** An object is new, or has changed. */
  onApply(object: T): void;
  /** An object is gone; this is how it was last. */
  onDelete(object: T): void;
  /** Everything up to this version has been shown. */
  onBookmark(resourceVersion: string): void;
}

/** All that may go wrong, for a counter. */
export const LIST_WATCH_FAULTS = ['handler', 'malformed', 'expired', 'inactive', 'rewound', 'failed'] as const;

/** What went wrong. */
export type ListWatchFault = (typeof LIST_WATCH_FAULTS)[number];

/** Options of {@link runListWatch}. */
export interface ListWatchOptions<T extends KubernetesObject> {
  readonly client: Pick<KubernetesClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly labelSelector?: string | undefined;
  readonly handler: ListWatchHandler<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onFault?: (fault: ListWatchFault) => void;
  /** Shared with all that works in this process; without it all objects are taken in at once. */
  readonly pace?: Pace;
  /** Told of every failed list or watch, and undefined when one works again: what a readiness probe can say. */
  readonly onHealth?: (failure: ApiError | undefined) => void;
}

type ObjectEvent<T extends KubernetesObject> = Exclude<WatchEvent<T>, { type: 'BOOKMARK' }>;

/** Taken in at a time; each may be packed at once, which takes a fraction of a millisecond. */
const OBJECTS_A_TURN = 20;
const WATCH_SECONDS = { least: 300, spread: 300 };
/** A watch that ends this soon without an event is a server's refusal in disguise. */
const SHORT_WATCH_MS = 1_000;
/** A watch that breaks so long after it was answered is a connection that broke, and says nothing against the server. */
const LIVED_MS = 5_000;
/** A bookmark comes about once a minute. Where the server sends none, a silent watch is asked for again this often, which costs it little. */
const SILENCE_MS = 90_000;
/** So long a server may pause while it shows all objects. One that has the watch and not its end would keep a start waiting; pages come then. */
const INITIAL_SILENCE_MS = 10_000;
/** A server that so often in a row has yet to load its objects has a fault. */
const INITIALIZATIONS = 5;
/** How long a server that refuses such a watch is not asked for one: it may be the old one of an upgrade. */
const NO_STREAM_MS = 1_800_000;
/** Expiries closer together than this are a fault of the server. */
const EXPIRY_PAUSE_MS = 30_000;

/**
 * Keeps a handler informed of all objects of a type, until the signal aborts: a watch that begins with all of them, or where the server
 * has no such watches a list in pages and a watch from there; resumes where a watch ended, and lists again only when its version has expired.
 * Resolves once nothing is left running; never rejects.
 */
export async function runListWatch<T extends KubernetesObject>(
  options: ListWatchOptions<T>,
  signal: AbortSignal,
): Promise<void> {
  const listWatch = new ListWatch(options, signal);
  while (!signal.aborted) {
    try {
      await listWatch.step();
    } catch (error) {
      if (signal.aborted) return;
      await listWatch.recover(error);
    }
  }
}

class ListWatch<T extends KubernetesObject> {
  readonly #options: ListWatchOptions<T>;
  readonly #signal: AbortSignal;
  readonly #scope: Pick<ListOptions, 'namespace' | 'labelSelector'>;
  readonly #backOff: BackOff;
  #state: ListWatchState = EMPTY;
  /** Until when the server is taken to have no watches that begin with all objects. */
  #noStreamBefore = Number.NEGATIVE_INFINITY;
  #seesBookmarks = false;
  #lastFailure: string | undefined;
  /** Why nothing that was shown holds any more, until all has been shown again. */
  #rewound: ApiError | undefined;
  /** Answers in a row that the server has yet to load its objects. */
  #initializations = 0;
  #lastExpiry = Number.NEGATIVE_INFINITY;
  /** How far the running watch has come; what a failure resumes from. */
  #reached = '';
  /** When the server answered the running watch: until then it may be on the way to a refusal. */
  #openSince = Number.POSITIVE_INFINITY;

  constructor(options: ListWatchOptions<T>, signal: AbortSignal) {
    const { namespace, labelSelector, clock, random } = options;
    this.#options = options;
    this.#signal = signal;
    this.#scope = { ...(namespace !== '' && { namespace }), ...(labelSelector && { labelSelector }) };
    this.#backOff = createBackOff(clock, random);
  }

  /** Takes the next page, or follows a watch to its end. */
  async step(): Promise<void> {
    const state = this.#state;
    switch (state.kind) {
      case 'empty':
        return this.#isStream(state) ? this.#stream() : this.#list(listAnew());
      case 'listing':
        return this.#list(state);
      case 'watching':
        return this.#watch(state);
      default:
        return state satisfies never;
    }
  }

  /** Finds out where to go on after a failure; resolves once its pause is over. */
  async recover(error: unknown): Promise<void> {
    const { type, namespace, clock, log } = this.#options;
    const state = this.#state;
    const api = isApiError(error) ? error : undefined;
    const now = clock.monotonic();
    const isOpen = Number.isFinite(this.#openSince);
    if (this.#isStream(state) && !isOpen && isStreamRefused(api)) {
      this.#noStreamBefore = now + NO_STREAM_MS;
      log.debug({ resource: type.plural, namespace }, 'the server has no watches that begin with all objects');
      return;
    }
    if (isInitializing(api) && ++this.#initializations < INITIALIZATIONS) {
      log.debug({ resource: type.plural, namespace }, 'the server has yet to load its objects');
      if (this.#isStream(state)) this.#state = IN_PAGES;
      else await this.#pause(api);
      return;
    }
    this.#state = stateAfter(state, api, { reached: this.#reached, isOpen });
    const expired = isExpired(api);
    this.#fault(expired ? 'expired' : api?.reason === 'Malformed' ? 'malformed' : 'failed');
    if (expired)
      log.debug({ resource: type.plural, namespace }, 'a resourceVersion has expired, asking for everything again');
    else this.#report(error);
    // An expired version is answered by a list at once, but a server that expires everything is not hammered.
    const isFirstExpiry = expired && state.kind === 'watching' && now - this.#lastExpiry > EXPIRY_PAUSE_MS;
    if (expired) this.#lastExpiry = now;
    else if (state.kind === 'watching' && now - this.#openSince >= LIVED_MS) this.#backOff.reset();
    if (!isFirstExpiry) await this.#pause(api);
  }

  #isStream(state: ListWatchState): boolean {
    return state.kind === 'empty' && !state.inPages && this.#options.clock.monotonic() >= this.#noStreamBefore;
  }

  async #list(state: ListWatchState & { readonly kind: 'listing' }): Promise<void> {
    const { pace, handler } = this.#options;
    const page = await (pace ? pace.large(() => this.#takePage(state)) : this.#takePage(state));
    if (page.continue !== undefined) {
      this.#state = { ...state, continue: page.continue };
      return;
    }
    this.#hand(() => handler.onSnapshot(state.names, page.resourceVersion));
    this.#healthy();
    this.#state = watchFrom(page.resourceVersion);
  }

  async #takePage(state: ListWatchState & { readonly kind: 'listing' }): Promise<ObjectList<T>> {
    const { client, type } = this.#options;
    const page = await client.list<T>(type, {
      ...this.#scope,
      ...(state.limit !== undefined && { limit: state.limit }),
      ...(state.continue !== undefined && { continue: state.continue }),
      signal: this.#signal,
    });
    for (const [index, object] of page.items.entries()) await this.#takeListed(object, index, state.names);
    return page;
  }

  /** One of all objects, of which so many came before it. */
  async #takeListed(object: T, before: number, names: Set<string>): Promise<void> {
    const { pace, handler } = this.#options;
    if (before % OBJECTS_A_TURN === 0) await pace?.turn();
    names.add(storeName(keyOf(object)));
    this.#hand(() => handler.onListed(object));
  }

  /** All there is as the beginning of a watch: one request instead of many, answered from the server's memory, and no page in ours. */
  async #stream(): Promise<void> {
    /** Undefined once all are shown: the watch lives for minutes. */
    let names: Set<string> | undefined = new Set();
    const isSilent = await this.#follow({ sendInitialEvents: true }, INITIAL_SILENCE_MS, async (event, active) => {
      if (!names) {
        active();
        this.#take(event);
      } else if (event.type !== 'BOOKMARK') {
        await this.#takeInitial(event, names);
        active();
      } else if (event.endsInitialEvents) {
        active(SILENCE_MS);
        this.#endInitial(event.resourceVersion, names);
        names = undefined;
      }
    });
    if (isSilent || names) this.#fault(isSilent ? 'inactive' : 'failed');
    this.#state = names ? IN_PAGES : watchFrom(this.#reached);
    if (isSilent && !names) await this.#checkVersion();
  }

  #endInitial(resourceVersion: string, names: ReadonlySet<string>): void {
    this.#seesBookmarks = true;
    this.#reached = resourceVersion;
    // What fails from here on is a watch.
    this.#state = watchFrom(resourceVersion);
    this.#hand(() => this.#options.handler.onSnapshot(names, resourceVersion));
    this.#healthy();
  }

  /** One of all objects, or what happens to one while they are shown. */
  async #takeInitial({ type: what, object }: ObjectEvent<T>, names: Set<string>): Promise<void> {
    if (what === 'DELETED') names.delete(storeName(keyOf(object)));
    else await this.#takeListed(object, names.size, names);
  }

  async #watch({ resourceVersion }: ListWatchState & { readonly kind: 'watching' }): Promise<void> {
    this.#reached = resourceVersion;
    const isSilent = await this.#follow({ resourceVersion }, SILENCE_MS, (event, active) => {
      active();
      this.#take(event);
    });
    if (isSilent && this.#seesBookmarks) this.#fault('inactive');
    else if (!isSilent) this.#healthy();
    this.#state = watchFrom(this.#reached);
    if (isSilent) await this.#checkVersion();
  }

  /**
   * Begins with nothing when the server is at an older version than it has shown, as after its etcd was restored from a backup: it would
   * answer a watch from here with silence, and with no error, until it had caught up.
   */
  async #checkVersion(): Promise<void> {
    const { client, type } = this.#options;
    const { resourceVersion } = await client.list<T>(type, { ...this.#scope, limit: 1, signal: this.#signal });
    if (compareResourceVersions(resourceVersion, this.#reached) >= 0) {
      // Of a server that has never sent a bookmark, silence says nothing.
      if (!this.#seesBookmarks) this.#healthy();
      return;
    }
    const message = `The API server went back from resource version ${this.#reached} to ${resourceVersion}: all ${type.plural} are asked for again`;
    this.#rewound = new ApiError({ code: 0, reason: 'Rewound', message });
    this.#state = EMPTY;
    this.#fault('rewound');
    this.#report(this.#rewound);
  }

  /** One watch, to its end; true when for too long it brought nothing that was told to be `active`. */
  async #follow(
    from: Pick<WatchOptions, 'resourceVersion' | 'sendInitialEvents'>,
    limitMs: number,
    onEvent: (event: WatchEvent<T>, active: (limitMs?: number) => void) => void | Promise<void>,
  ): Promise<boolean> {
    const { client, type, clock, random } = this.#options;
    const timeoutSeconds = WATCH_SECONDS.least + Math.floor(random() * WATCH_SECONDS.spread);
    const askedAt = clock.monotonic();
    this.#openSince = Number.POSITIVE_INFINITY;
    const onOpen = (): void => {
      this.#openSince = clock.monotonic();
    };
    let events = 0;
    const limit = { clock, limitMs, signal: this.#signal };
    const isSilent = await withInactivityLimit(limit, async (signal, active) => {
      for await (const event of client.watch<T>(type, { ...this.#scope, ...from, timeoutSeconds, onOpen, signal })) {
        events++;
        await onEvent(event, active);
      }
    });
    if (!isSilent && events === 0 && clock.monotonic() - askedAt < SHORT_WATCH_MS) await this.#pause(undefined);
    return isSilent;
  }

  #take(event: WatchEvent<T>): void {
    const { handler } = this.#options;
    const version = event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
    if (compareResourceVersions(version, this.#reached) > 0) this.#reached = version;
    switch (event.type) {
      case 'BOOKMARK':
        this.#seesBookmarks = true;
        this.#hand(() => handler.onBookmark(event.resourceVersion));
        break;
      case 'DELETED':
        this.#hand(() => handler.onDelete(event.object));
        break;
      case 'ADDED':
      case 'MODIFIED':
        this.#hand(() => handler.onApply(event.object));
        break;
      default:
        event satisfies never;
    }
    this.#healthy();
  }

  #hand(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fault('handler');
      this.#options.log.error({ error, resource: this.#options.type.plural }, 'a handler of a list-watch failed');
    }
  }

  #fault(kind: ListWatchFault): void {
    this.#options.onFault?.(kind);
  }

  async #pause(error: ApiError | undefined): Promise<void> {
    const { clock } = this.#options;
    // The only way out of this sleep before its time is the signal, after which nothing is done any more.
    await clock.sleep(this.#backOff.next(error?.retryAfterMs), this.#signal).catch(() => {});
  }

  #healthy(): void {
    const { type, namespace, log, onHealth } = this.#options;
    this.#initializations = 0;
    if (this.#lastFailure === undefined) return;
    this.#lastFailure = undefined;
    this.#rewound = undefined;
    log.info({ resource: type.plural, namespace }, 'list and watch work again');
    onHealth?.(undefined);
  }

  #report(error: unknown): void {
    const { type, namespace, log, onHealth } = this.#options;
    const failure = isApiError(error) ? `${error.code} ${error.reason}` : String(error);
    // Said once, not at every attempt, and again when it becomes another failure.
    if (failure !== this.#lastFailure) {
      const fields = { resource: type.plural, namespace, error: (error as Error).message };
      log.warn(fields, 'list or watch failed, trying again');
    }
    this.#lastFailure = failure;
    if (isApiError(error)) onHealth?.(this.#rewound ?? error);
  }
}
