// SPDX-License-Identifier: Apache-2.0
import type { ApiError } from './api-error.ts';

/** Where a list-watch stands, and all that it needs to go on from there. */
export type ListWatchState =
  | {
      readonly kind: 'empty';
      /** Not as a stream, which failed: pages may work where that does not. */
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
/** After so many malformed watches from one version, a list steps over whatever it is that cannot be read. */
const MALFORMED_BEFORE_LIST = 3;

/** Nothing is known yet, or nothing of it holds any more. */
export const EMPTY: ListWatchState = { kind: 'empty' };

/** The same, and pages are asked for next. */
export const IN_PAGES: ListWatchState = { kind: 'empty', inPages: true };

/** A list of pages from the first one on. */
export function listAnew(): ListWatchState & { readonly kind: 'listing' } {
  return restart(0, PAGE_SIZE);
}

/** A watch from a version that has been shown. */
export function watchFrom(resourceVersion: string): ListWatchState & { readonly kind: 'watching' } {
  return { kind: 'watching', resourceVersion, malformed: 0 };
}

/** How far the request has come that failed. */
export interface Progress {
  /** The version up to which the running watch has shown everything. */
  readonly reached: string;
  /** Whether the server had answered that it watches. */
  readonly isOpen: boolean;
}

/** Where to go on after a failure. */
export function stateAfter(
  state: ListWatchState,
  error: ApiError | undefined,
  { reached, isOpen }: Progress,
): ListWatchState {
  switch (state.kind) {
    case 'empty':
      if (isTooLarge(error)) return restart(0, PAGE_SIZE / 2);
      if (state.inPages) return EMPTY;
      return isUnavailable(error) && !isOpen ? state : IN_PAGES;
    case 'listing':
      if (isExpired(error)) {
        // As client-go's pager: a list that expires between its pages is asked for whole.
        const expirations = state.expirations + 1;
        return restart(expirations, expirations > 1 ? undefined : PAGE_SIZE);
      }
      if (isTooLarge(error)) return restart(state.expirations, Math.max(1, Math.floor((state.limit ?? PAGE_SIZE) / 2)));
      // Another server behind the same address may not know the page that this one has promised.
      return isRefused(error) ? EMPTY : state;
    case 'watching': {
      if (isExpired(error) || isAheadOfServer(error)) return EMPTY;
      const moved = reached !== state.resourceVersion;
      const malformed = error?.reason === 'Malformed' && !moved ? state.malformed + 1 : 0;
      if (malformed >= MALFORMED_BEFORE_LIST) return EMPTY;
      return { ...watchFrom(reached || state.resourceVersion), malformed };
    }
    default:
      return state satisfies never;
  }
}

function restart(expirations: number, limit: number | undefined): ListWatchState & { readonly kind: 'listing' } {
  return { kind: 'listing', names: new Set(), limit, expirations };
}

/** Whether it is what a server without WatchList says to a watch that is to begin with all objects. */
export function isStreamRefused(error: ApiError | undefined): boolean {
  return error?.code === 400 || error?.code === 422;
}

/** Whether the server has yet to load what a watch begins with, as after its own start and after a CRD is new. Pages it has at once. */
export function isInitializing(error: ApiError | undefined): boolean {
  return error?.code === 429 && error.message.includes('initializing');
}

function isRefused(error: ApiError | undefined): boolean {
  return error !== undefined && error.code >= 400 && error.code < 500 && error.code !== 429;
}

/** Whether nobody is there, or nobody has time: the same request may be answered in a moment. */
function isUnavailable(error: ApiError | undefined): boolean {
  return error?.reason === 'ConnectionFailed' || error?.code === 429 || error?.code === 503;
}

/** Whether the history that was asked for is gone. */
export function isExpired(error: ApiError | undefined): boolean {
  return error?.code === 410 || error?.reason === 'Expired' || error?.reason === 'Gone';
}

function isTooLarge(error: ApiError | undefined): boolean {
  return error?.reason === 'ResponseTooLarge';
}

/** A restored etcd knows older versions only; waiting for it to reach ours would leave us blind. */
function isAheadOfServer(error: ApiError | undefined): boolean {
  return error?.code === 504 && error.message.includes('Too large resource version');
}
