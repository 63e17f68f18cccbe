// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../runtime/kubernetes/api-error.ts';
import { type ListWatchFault, runListWatch } from '../../runtime/kubernetes/list-watch.ts';
import type {
  KubernetesClient,
  KubernetesObject,
  ListOptions,
  ObjectList,
  WatchEvent,
  WatchOptions,
} from '../../runtime/kubernetes/types.ts';
import { createPace } from '../../runtime/pace.ts';
import { CONFIG_MAP } from '../support/config-map.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../support/recording-log.ts';

// A list-watch against a client that answers by a script. Times are in milliseconds; chance is always 0.5, so pauses are 1.5 times their base
// and watches ask for 450 seconds.

/** What the API server, or nobody, answers. */
export const expired = new ApiError({ code: 410, reason: 'Expired', message: 'too old resource version' });
export const gone = new ApiError({ code: 410, reason: 'Gone', message: 'gone' });
export const broken = new ApiError({ code: 0, reason: 'ConnectionFailed', message: 'reset' });
export const malformed = new ApiError({ code: 0, reason: 'Malformed', message: 'not JSON' });
export const tooLarge = new ApiError({ code: 0, reason: 'ResponseTooLarge', message: 'too long' });
export const internal = new ApiError({ code: 500, reason: 'InternalError', message: 'etcd' });
export const future = new ApiError({
  code: 504,
  reason: 'Timeout',
  message: 'Too large resource version: 9, current: 5',
});
export const timeout = new ApiError({ code: 504, reason: 'Timeout', message: 'the backend did not answer' });
export const unanswered = new ApiError({ code: 0, reason: 'ConnectionFailed', message: 'no answer came' });
export const refused = new ApiError({ code: 400, reason: 'BadRequest', message: 'continue key is not valid' });
export const initializing = new ApiError({
  code: 429,
  reason: 'TooManyRequests',
  message: 'storage is (re)initializing',
  retryAfterMs: 1_000,
});
export const throttled = new ApiError({ code: 429, reason: 'TooManyRequests', message: 'slow', retryAfterMs: 7_000 });
/** Of a watch that is to begin with all objects. */
export const invalid = new ApiError({ code: 422, reason: 'Invalid', message: 'sendInitialEvents: Forbidden' });

type Step = WatchEvent | ApiError | { readonly waitMs: number } | 'silence';

/** One scripted answer, in the order in which calls come. A watch that is to begin with all objects is refused where no `stream` is next. */
export type Scripted =
  | { readonly list: ObjectList | ApiError }
  | { readonly watch: readonly Step[]; readonly answersAfterMs?: number }
  | { readonly stream: readonly Step[] };

const named = (name: string, version: number): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'ns', uid: name, resourceVersion: String(version) },
});
/** A page with these names, separated by spaces, each of the page's version. */
export const page = (version: number, names: string, next?: string): Scripted => ({
  list: {
    resourceVersion: String(version),
    items: names
      .split(' ')
      .filter(Boolean)
      .map((name) => named(name, version)),
    ...(next !== undefined && { continue: next }),
  },
});
export const added = (name: string, version: number): WatchEvent => ({ type: 'ADDED', object: named(name, version) });
export const modified = (name: string, version: number): WatchEvent => ({
  type: 'MODIFIED',
  object: named(name, version),
});
export const deleted = (name: string, version: number): WatchEvent => ({
  type: 'DELETED',
  object: named(name, version),
});
export const bookmark = (version: number): WatchEvent => ({ type: 'BOOKMARK', resourceVersion: String(version) });
/** Ends the objects that a watch begins with. */
export const endOfInitial = (version: number): WatchEvent => ({
  type: 'BOOKMARK',
  resourceVersion: String(version),
  endsInitialEvents: true,
});
/** A watch on which nothing comes. */
export const idle: Scripted = { watch: ['silence'] };

/** What a list-watch did. */
export interface Run {
  /** `@time call`, in order. */
  readonly calls: string[];
  /** Watches that were to begin with all objects, where the script has none. */
  refusedStreams: number;
  readonly seen: string[];
  readonly faults: ListWatchFault[];
  /** Reasons of failures, and `well` when they are over. */
  readonly health: string[];
  readonly log: RecordingLog;
}

/** Runs a list-watch against a script for so long. */
export async function play(script: readonly Scripted[], forMs: number): Promise<Run> {
  const clock = createFakeClock(0);
  const run: Run = { calls: [], refusedStreams: 0, seen: [], faults: [], health: [], log: createRecordingLog() };
  const stop = new AbortController();
  const running = runListWatch<KubernetesObject>(
    {
      client: scriptedClient([...script], run, clock),
      type: CONFIG_MAP,
      namespace: '',
      handler: {
        onListed: ({ metadata }) => void run.seen.push(`listed ${metadata.name}`),
        onSnapshot: (names, version) => void run.seen.push(`snapshot ${version}: ${[...names].join(' ')}`),
        onApply: ({ metadata }) => {
          run.seen.push(`apply ${metadata.name}`);
          if (metadata.name === 'poison') throw new Error('a handler threw');
        },
        onDelete: ({ metadata }) => void run.seen.push(`delete ${metadata.name}`),
        onBookmark: (version) => void run.seen.push(`bookmark ${version}`),
      },
      clock,
      random: () => 0.5,
      log: run.log,
      pace: createPace(clock),
      onFault: (fault) => run.faults.push(fault),
      onHealth: (failure) => run.health.push(failure?.reason ?? 'well'),
    },
    stop.signal,
  );
  await clock.advance(forMs);
  stop.abort();
  await running;
  expect(clock.pending).toBe(0);
  return run;
}

function scriptedClient(script: Scripted[], run: Run, clock: FakeClock): Pick<KubernetesClient, 'list' | 'watch'> {
  return {
    async list<T extends KubernetesObject>(
      _: unknown,
      { signal: __, ...options }: ListOptions,
    ): Promise<ObjectList<T>> {
      const asked = Object.entries(options).map(([name, value]) => `${name}=${value}`);
      run.calls.push(`@${clock.monotonic()} list ${asked.sort().join(' ')}`.trim());
      const next = script.shift();
      if (!next || !('list' in next)) throw new Error('the script expects no list here');
      if (next.list instanceof ApiError) throw next.list;
      return next.list as ObjectList<T>;
    },
    async *watch<T extends KubernetesObject>(_: unknown, options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
      const isStream = options.sendInitialEvents === true;
      if (isStream && !(script[0] && 'stream' in script[0])) {
        run.refusedStreams++;
        throw invalid;
      }
      const what = isStream ? 'stream' : `watch ${options.resourceVersion}`;
      run.calls.push(`@${clock.monotonic()} ${what} ${options.timeoutSeconds}s`);
      const next = script.shift() ?? idle;
      if ('list' in next || 'stream' in next !== isStream) throw new Error('the script expects something else here');
      if ('answersAfterMs' in next) await clock.sleep(next.answersAfterMs ?? 0, options.signal);
      const steps = 'stream' in next ? next.stream : next.watch;
      // A request that is refused was never a watch.
      if (!(steps[0] instanceof ApiError)) options.onOpen?.();
      for (const step of steps) {
        if (step instanceof ApiError) throw step;
        if (step === 'silence') await clock.sleep(Number.MAX_SAFE_INTEGER, options.signal);
        else if ('waitMs' in step) await clock.sleep(step.waitMs, options.signal);
        else yield step as WatchEvent<T>;
      }
    },
  };
}
