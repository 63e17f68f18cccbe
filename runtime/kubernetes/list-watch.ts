// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import type { Pace } from '../pace.ts';
import { type ApiError, isApiError } from './api-error.ts';
import { createBackOff } from './back-off.ts';
import { withInactivityLimit } from './inactivity.ts';
import { keyOf, storeName } from './object-key.ts';
import { compareResourceVersions } from './resource-version.ts';
import type {
  KubernetesClient,
  KubernetesObject,
  ObjectList,
  ResourceType,
  WatchEvent,
  WatchOptions,
} from './types.ts';

/** Receives what a list-watch sees. What a method throws is logged and counted, and the list-watch goes on. */
export interface ListWatchHandler<T extends KubernetesObject> {
  /** An object of a list, page by page. */
  onListed(object: T): void;
  /** The list is complete; `names` are `namespace/name` of all it showed. What it did not show is gone. The first one means synced. */
  onSnapshot(names: ReadonlySet<string>, resourceVersion: string): void;
  onApply(object: T): void;
  onDelete(object: T): void;
  /** Everything up to this version has been shown. */
  onBookmark(resourceVersion: string): void;
}

/** All that may go wrong, for a counter. */
export const LIST_WATCH_FAULTS = ['handler', 'malformed', 'expired', 'inactive', 'failed'] as const;

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
  /** Shared with all that works in this process; without it lists are taken in at once. */
  readonly pace?: Pace;
  /** Told of every failed list or watch, and undefined when one works again: what a readiness probe can say. */
  readonly onHealth?: (failure: ApiError | undefined) => void;
}

type ObjectEvent<T extends KubernetesObject> = Exclude<WatchEvent<T>, { type: 'BOOKMARK' }>;

type State =
  | {
      readonly kind: 'empty';
      /** In turn with streams, where either fails: one may work where the other does not, and pages keep what has come. */
      readonly inPages?: true;
    }
  | {
      readonly kind: 'listing';
      readonly names: Set<string>;
      readonly continue?: string;
      /** Undefined: no pages, the whole list at once. */
      readonly limit: number | undefined;
      /** Lists that expired between pages, one after another. */
      readonly expirations: number;
    }
  | {
      readonly kind: 'watching';
      readonly resourceVersion: string;
      /** Watches in a row that brought nothing but a malformed line. */
      readonly malformed: number;
    };

// A page is in memory as bytes, as text and as objects, and every kind may be reading one: smaller than client-go's 500.
const PAGE_SIZE = 200;
/** Taken in at a time; each may be packed at once, which takes a fraction of a millisecond. */
const OBJECTS_A_TURN = 20;
const WATCH_SECONDS = { least: 300, spread: 300 };
/** A watch that ends this soon without an event is a server's refusal in disguise. */
const SHORT_WATCH_MS = 1_000;
/** A watch that breaks so long after it was answered is a connection that broke, and says nothing against the server. */
const LIVED_MS = 10_000;
/** A bookmark comes about once a minute. Where the server sends none, a silent watch is asked for again this often, which costs it little. */
const SILENCE_MS = 90_000;
/** Expiries closer together than this are a fault of the server. */
const EXPIRY_PAUSE_MS = 30_000;
/** After so many malformed watches from one version, a list steps over whatever it is that cannot be read. */
const MALFORMED_BEFORE_LIST = 3;

/**
 * Keeps a handler informed of all objects of a type, until the signal aborts: a watch that begins with all of them, or where the server
 * has no such watches a list in pages and a watch from there; resumes where a watch ended, and lists again only when its version has expired.
 * Resolves once nothing is left running; never rejects.
 */
export async function runListWatch<T extends KubernetesObject>(
  options: ListWatchOptions<T>,
  signal: AbortSignal,
): Promise<void> {
  const machine = createMachine(options, signal);
  let state: State = { kind: 'empty' };
  while (!signal.aborted) {
    const enter = (next: State): void => {
      state = next;
    };
    try {
      enter(await machine.step(state, enter));
    } catch (error) {
      if (signal.aborted) return;
      state = await machine.recover(state, error);
    }
  }
}

interface Machine {
  /** Resolves with the next state; calls `enter` where a later failure is one of another state. */
  step(state: State, enter: (state: State) => void): Promise<State>;
  /** The state to go on from after a failure, once its pause is over. */
  recover(state: State, error: unknown): Promise<State>;
}

function createMachine<T extends KubernetesObject>(options: ListWatchOptions<T>, signal: AbortSignal): Machine {
  const { client, type, namespace, labelSelector, handler, clock, random, log, pace } = options;
  const scope = { ...(namespace !== '' && { namespace }), ...(labelSelector && { labelSelector }) };
  const backOff = createBackOff(clock, random);
  let streams = true;
  let seesBookmarks = false;
  let lastFailure: string | undefined;
  let lastExpiry = Number.NEGATIVE_INFINITY;
  /** How far the running watch has come; what a failure resumes from. */
  let reached = '';
  /** When the server answered the running watch: until then it may be on the way to a refusal. */
  let openSince = Number.POSITIVE_INFINITY;

  const fault = (kind: ListWatchFault): void => options.onFault?.(kind);
  const hand = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      fault('handler');
      log.error({ error, resource: type.plural }, 'a handler of a list-watch failed');
    }
  };
  const healthy = (): void => {
    if (lastFailure === undefined) return;
    lastFailure = undefined;
    log.info({ resource: type.plural, namespace }, 'list and watch work again');
    options.onHealth?.(undefined);
  };

  const takePage = async (state: State & { kind: 'listing' }): Promise<ObjectList<T>> => {
    const page = await client.list<T>(type, {
      ...scope,
      ...(state.limit !== undefined && { limit: state.limit }),
      ...(state.continue !== undefined && { continue: state.continue }),
      signal,
    });
    for (const [index, object] of page.items.entries()) {
      if (index % OBJECTS_A_TURN === 0) await pace?.turn();
      state.names.add(storeName(keyOf(object)));
      hand(() => handler.onListed(object));
    }
    return page;
  };

  const list = async (state: State & { kind: 'listing' }): Promise<State> => {
    const page = await (pace ? pace.large(() => takePage(state)) : takePage(state));
    if (page.continue !== undefined) return { ...state, continue: page.continue };
    hand(() => handler.onSnapshot(state.names, page.resourceVersion));
    healthy();
    return { kind: 'watching', resourceVersion: page.resourceVersion, malformed: 0 };
  };

  const take = (event: WatchEvent<T>): void => {
    const version = event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
    if (compareResourceVersions(version, reached) > 0) reached = version;
    switch (event.type) {
      case 'BOOKMARK':
        seesBookmarks = true;
        hand(() => handler.onBookmark(event.resourceVersion));
        break;
      case 'DELETED':
        hand(() => handler.onDelete(event.object));
        break;
      case 'ADDED':
      case 'MODIFIED':
        hand(() => handler.onApply(event.object));
        break;
    }
  };

  /** One watch, to its end; true when it brought nothing for too long. */
  const follow = async (
    from: Pick<WatchOptions, 'resourceVersion' | 'sendInitialEvents'>,
    onEvent: (event: WatchEvent<T>) => void | Promise<void>,
  ): Promise<boolean> => {
    const timeoutSeconds = WATCH_SECONDS.least + Math.floor(random() * WATCH_SECONDS.spread);
    const askedAt = clock.monotonic();
    openSince = Number.POSITIVE_INFINITY;
    const onOpen = (): void => {
      openSince = clock.monotonic();
    };
    let events = 0;
    const isSilent = await withInactivityLimit({ clock, limitMs: SILENCE_MS, signal }, async (watchSignal, active) => {
      for await (const event of client.watch<T>(type, {
        ...scope,
        ...from,
        timeoutSeconds,
        onOpen,
        signal: watchSignal,
      })) {
        active();
        events++;
        await onEvent(event);
      }
    });
    if (!isSilent && events === 0 && clock.monotonic() - askedAt < SHORT_WATCH_MS) await pause(undefined);
    return isSilent;
  };

  const takeHealthy = (event: WatchEvent<T>): void => {
    take(event);
    healthy();
  };

  const watch = async ({ resourceVersion }: State & { kind: 'watching' }): Promise<State> => {
    reached = resourceVersion;
    const isSilent = await follow({ resourceVersion }, takeHealthy);
    // Of a server that has never sent a bookmark, silence says nothing.
    if (isSilent && seesBookmarks) fault('inactive');
    else healthy();
    return { kind: 'watching', resourceVersion: reached, malformed: 0 };
  };

  /** All there is as the beginning of a watch: one request instead of many, answered from the server's memory, and no page in ours. */
  const stream = async (enter: (state: State) => void): Promise<State> => {
    const names = new Set<string>();
    let isWhole = false;
    const isSilent = await follow({ sendInitialEvents: true }, async (event) => {
      if (isWhole) takeHealthy(event);
      else if (event.type !== 'BOOKMARK') await takeInitial(event, names);
      else if (event.endsInitialEvents) {
        isWhole = true;
        reached = event.resourceVersion;
        hand(() => handler.onSnapshot(names, reached));
        healthy();
        enter({ kind: 'watching', resourceVersion: reached, malformed: 0 });
      }
    });
    if (isSilent) fault('inactive');
    return isWhole ? { kind: 'watching', resourceVersion: reached, malformed: 0 } : { kind: 'empty', inPages: true };
  };

  /** One of all objects, or what happens to one while they are shown. */
  const takeInitial = async ({ type: what, object }: ObjectEvent<T>, names: Set<string>): Promise<void> => {
    const name = storeName(keyOf(object));
    if (what === 'DELETED') {
      names.delete(name);
      return;
    }
    if (names.size % OBJECTS_A_TURN === 0) await pace?.turn();
    names.add(name);
    hand(() => handler.onListed(object));
  };

  const pause = async (error: ApiError | undefined): Promise<void> => {
    // The only way out of this sleep before its time is the signal, after which nothing is done any more.
    await clock.sleep(backOff.next(error?.retryAfterMs), signal).catch(() => {});
  };

  const report = (error: unknown): void => {
    const failure = isApiError(error) ? `${error.code} ${error.reason}` : String(error);
    // Said once, not at every attempt, and again when it becomes another failure.
    if (failure !== lastFailure) {
      const fields = { resource: type.plural, namespace, error: (error as Error).message };
      log.warn(fields, 'list or watch failed, trying again');
    }
    lastFailure = failure;
    if (isApiError(error)) options.onHealth?.(error);
  };

  return {
    step(state, enter) {
      switch (state.kind) {
        case 'empty':
          if (streams && !state.inPages) return stream(enter);
          return list({ kind: 'listing', names: new Set(), limit: PAGE_SIZE, expirations: 0 });
        case 'listing':
          return list(state);
        case 'watching':
          return watch(state);
      }
    },
    async recover(state, error) {
      const api = isApiError(error) ? error : undefined;
      if (state.kind === 'empty' && streams && !state.inPages && isRefused(api)) {
        streams = false;
        return state;
      }
      const next = after(state, api, reached);
      const expired = isExpired(api);
      fault(expired ? 'expired' : api?.reason === 'Malformed' ? 'malformed' : 'failed');
      if (expired) log.debug({ resource: type.plural, namespace }, 'a resourceVersion has expired, listing again');
      else report(error);
      // An expired version is answered by a list at once, but a server that expires everything is not hammered.
      const isFirstExpiry = expired && state.kind === 'watching' && clock.monotonic() - lastExpiry > EXPIRY_PAUSE_MS;
      if (expired) lastExpiry = clock.monotonic();
      else if (state.kind === 'watching' && clock.monotonic() - openSince >= LIVED_MS) backOff.reset();
      if (!isFirstExpiry) await pause(api);
      return next;
    },
  };
}

/** Where to go on after a failure. */
function after(state: State, error: ApiError | undefined, reached: string): State {
  switch (state.kind) {
    case 'empty':
      if (isTooLarge(error)) return restart(0, PAGE_SIZE / 2);
      return state.inPages ? { kind: 'empty' } : { kind: 'empty', inPages: true };
    case 'listing':
      if (isExpired(error)) {
        // As client-go's pager: a list that expires between its pages is asked for whole.
        const expirations = state.expirations + 1;
        return restart(expirations, expirations > 1 ? undefined : PAGE_SIZE);
      }
      if (isTooLarge(error)) return restart(state.expirations, Math.max(1, Math.floor((state.limit ?? PAGE_SIZE) / 2)));
      return state;
    case 'watching': {
      if (isExpired(error) || isAheadOfServer(error)) return { kind: 'empty' };
      const moved = reached !== state.resourceVersion;
      const malformed = error?.reason === 'Malformed' && !moved ? state.malformed + 1 : 0;
      if (malformed >= MALFORMED_BEFORE_LIST) return { kind: 'empty' };
      return { kind: 'watching', resourceVersion: reached || state.resourceVersion, malformed };
    }
  }
}

function restart(expirations: number, limit: number | undefined): State {
  return { kind: 'listing', names: new Set(), limit, expirations };
}

/** What a server without WatchList says to a watch that is to begin with all objects. */
function isRefused(error: ApiError | undefined): boolean {
  return error?.code === 400 || error?.code === 422;
}

function isExpired(error: ApiError | undefined): boolean {
  return error?.code === 410 || error?.reason === 'Expired' || error?.reason === 'Gone';
}

function isTooLarge(error: ApiError | undefined): boolean {
  return error?.reason === 'ResponseTooLarge';
}

/** A restored etcd knows older versions only; waiting for it to reach ours would leave us blind. */
function isAheadOfServer(error: ApiError | undefined): boolean {
  return error?.code === 504 && error.message.includes('Too large resource version');
}
