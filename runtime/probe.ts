// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts';
import { StartFailure } from './start-failure.ts';

/** Options of {@link probe}. */
export interface ProbeOptions {
  /** The URL of a probe, `http://service:8081/readyz?verbose`. */
  readonly url: string;
  readonly clock: Clock;
  readonly print: (text: string) => void;
  /** How often it is asked, one second apart; 60 unless told. */
  readonly attempts?: number;
  readonly fetch?: typeof globalThis.fetch;
}

const betweenAttemptsMs = 1_000;
const attemptMs = 5_000;

/** Asks a controller's probe until it passes and prints its answer; for `helm test`, since the image has no shell. Throws {@link StartFailure}. */
export async function probe({
  url,
  clock,
  print,
  attempts = 60,
  fetch = globalThis.fetch,
}: ProbeOptions): Promise<void> {
  if (!URL.canParse(url)) {
    throw new StartFailure(`probe takes the URL of a probe, not ${JSON.stringify(url)}`);
  }
  let last = '';
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(attemptMs) });
      last = (await answer.text()).trimEnd();
      if (answer.ok) {
        print(`${last}\n`);
        return;
      }
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (attempt < attempts) {
      await clock.sleep(betweenAttemptsMs);
    }
  }
  throw new StartFailure(`${url} did not pass: ${last}`);
}
