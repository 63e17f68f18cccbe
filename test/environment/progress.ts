// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../runtime/clock.ts';

/** Where progress is written: standard error of a command, or a string in a test. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** True on a terminal, where one line is drawn again and again. */
  readonly isTTY?: boolean;
  /** The terminal's width, 80 if unknown. */
  readonly columns?: number;
}

/** One thing that takes time. Ends with exactly one of `done` and `failed`; what comes later is ignored. */
export interface ProgressStep {
  /** How far it is; without `total` no bar is drawn. */
  update(state: { readonly done?: number; readonly total?: number; readonly detail?: string }): void;
  /** Ends the step; `detail` replaces the last one. */
  done(detail?: string): void;
  failed(detail?: string): void;
}

/** Tells a waiting person what is being done, for how long, and how much is left where that is known. */
export interface Progress {
  step(title: string): ProgressStep;
}

/** How often a terminal's line is drawn. */
const REDRAW_MS = 100;
/** How often a step says that it is still going where lines cannot be drawn again. */
const STILL_GOING_MS = 15_000;
const BAR_CELLS = 24;
const TITLE_CELLS = 34;

/** On a terminal one line a step, drawn again as it moves; elsewhere a plain line at its start, its end and every 15 s between. */
export function createProgress(output: ProgressOutput, clock: Clock): Progress {
  return {
    step: (title) => (output.isTTY ? startDrawnStep(output, clock, title) : startPlainStep(output, clock, title)),
  };
}

/** Says nothing: for tests and for what is fast anyway. */
export const silentProgress: Progress = {
  step: () => ({ update: () => undefined, done: () => undefined, failed: () => undefined }),
};

interface StepState {
  done?: number;
  total?: number;
  detail?: string;
}

function startDrawnStep(output: ProgressOutput, clock: Clock, title: string): ProgressStep {
  const startedAt = clock.monotonic();
  let state: StepState = {};
  let ended = false;
  let cancel = (): void => undefined;
  const draw = (mark: string): void => {
    const line = [
      mark,
      title.padEnd(TITLE_CELLS),
      formatElapsed(clock.monotonic() - startedAt).padStart(6),
      describe(state),
    ];
    output.write(
      `\r\u001b[2K${line
        .join(' ')
        .trimEnd()
        .slice(0, (output.columns ?? 80) - 1)}`,
    );
  };
  const redraw = (): void => {
    draw(' ');
    cancel = clock.after(REDRAW_MS, redraw);
  };
  const end = (mark: string, detail: string | undefined): void => {
    if (ended) return;
    ended = true;
    cancel();
    state = detail === undefined ? {} : { detail };
    draw(mark);
    output.write('\n');
  };
  redraw();
  return {
    update: (change) => {
      state = { ...state, ...change };
    },
    done: (detail) => end('✓', detail),
    failed: (detail) => end('✗', detail),
  };
}

function startPlainStep(output: ProgressOutput, clock: Clock, title: string): ProgressStep {
  const startedAt = clock.monotonic();
  let state: StepState = {};
  let ended = false;
  const elapsed = (): string => formatElapsed(clock.monotonic() - startedAt);
  const say = (...parts: string[]): void => void output.write(`${parts.filter((part) => part !== '').join(' ')}\n`);
  const stillGoing = (): void => {
    say(`${title}: still going after ${elapsed()}`, describe(state));
    cancel = clock.after(STILL_GOING_MS, stillGoing);
  };
  let cancel = clock.after(STILL_GOING_MS, stillGoing);
  const end = (outcome: string, detail: string | undefined): void => {
    if (ended) return;
    ended = true;
    cancel();
    say(`${title}: ${outcome} ${elapsed()}`, detail ?? '');
  };
  say(`${title} …`);
  return {
    update: (change) => {
      state = { ...state, ...change };
    },
    done: (detail) => end('done in', detail),
    failed: (detail) => end('failed after', detail),
  };
}

function describe({ done, total, detail }: StepState): string {
  const count =
    done === undefined ? '' : total === undefined ? `${done}` : `${formatBar(done, total)} ${done}/${total}`;
  return [count, detail ?? ''].filter((part) => part !== '').join('  ');
}

/** A bar of 24 cells; more done than expected is a full bar. */
export function formatBar(done: number, total: number): string {
  const share = total <= 0 ? 1 : Math.min(1, Math.max(0, done / total));
  const full = Math.floor(share * BAR_CELLS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}`;
}

/** `7.3s` under a minute, `4:05` from there, `1:02:03` from an hour. */
export function formatElapsed(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
