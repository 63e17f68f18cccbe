// SPDX-License-Identifier: Apache-2.0
import { keyOf, storeName } from './object-key.ts';
import { compareResourceVersions } from './resource-version.ts';
import type { KubernetesObject } from './types.ts';

/** What the watch said of objects that are being written by us, kept until the writes have been answered. */
export interface HeldNews {
  /** Keeps news of an object until the answer is called, which then gives them in order. Holds of one object add up. */
  hold(name: string): () => void;
  /** Gives news now, or keeps them. */
  orNow(scope: string, object: KubernetesObject, give: () => void): void;
  /** Whether this version of an object is among what is kept. */
  has(name: string, resourceVersion: string): boolean;
  /** Forgets what a list of this version has overtaken. */
  dropUpTo(scope: string, resourceVersion: string): void;
}

interface Hold {
  writes: number;
  news: { readonly scope: string; readonly version: string; give(): void }[];
}

/** Makes a {@link HeldNews} that holds nothing. */
export function createHeldNews(): HeldNews {
  const holds = new Map<string, Hold>();
  return {
    hold(name) {
      const hold = holds.get(name) ?? { writes: 0, news: [] };
      holds.set(name, hold);
      hold.writes++;
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        hold.writes--;
        if (hold.writes > 0) return;
        holds.delete(name);
        for (const { give } of hold.news) give();
      };
    },
    orNow(scope, object, give) {
      const hold = holds.get(storeName(keyOf(object)));
      if (hold) hold.news.push({ scope, version: object.metadata.resourceVersion, give });
      else give();
    },
    has: (name, resourceVersion) => holds.get(name)?.news.some((item) => item.version === resourceVersion) ?? false,
    dropUpTo(scope, resourceVersion) {
      for (const hold of holds.values()) {
        hold.news = hold.news.filter(
          (item) => item.scope !== scope || compareResourceVersions(item.version, resourceVersion) > 0,
        );
      }
    },
  };
}
