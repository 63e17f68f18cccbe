// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { ClusterAccessError } from './cluster-access.ts';

// The kubelet swaps projected tokens at 80 % of their life, an hour at most by default, so a minute is soon enough.
const REREAD_MS = 60_000;

/** A bearer token that lives in a file and is replaced there from time to time. */
export interface TokenFile {
  /** The token, at most a minute old. A failed re-read keeps the token that was read last. */
  token(): Promise<string>;
  /** Reads again next time. */
  forget(): void;
}

/** Makes a {@link TokenFile}; nothing is read before the first `token()`, which throws {@link ClusterAccessError} if it cannot be. */
export function createTokenFile(path: string, clock: Clock): TokenFile {
  let last: { readonly token: string; readonly at: number } | undefined;
  let fresh = false;
  return {
    async token() {
      if (last && fresh && clock.monotonic() - last.at < REREAD_MS) return last.token;
      try {
        const token = (await readFile(path, 'utf8')).trim();
        if (token === '') throw new Error('it is empty');
        last = { token, at: clock.monotonic() };
        fresh = true;
      } catch (error) {
        if (!last) {
          throw new ClusterAccessError(`Cannot read the token file ${path}: ${(error as Error).message}.`, {
            cause: error,
          });
        }
      }
      return last.token;
    },
    forget() {
      fresh = false;
    },
  };
}
