// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import type { ResourceDefinition } from '../definition.ts';
import type { KubernetesClient } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';
import { crdName, findInstalledCrds, prunedStatusFields } from './installed-crds.ts';
import type { RunningKind } from './kind-controller.ts';

/** What an older CRD of a kind knows; see `ReconcilerOptions.installed`. */
export type OlderCrd = { readonly statusFields: ReadonlySet<string> } | undefined;

/** Options of {@link createKinds}. */
export interface KindsOptions {
  readonly definitions: readonly ResourceDefinition[];
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly start: (definition: ResourceDefinition, installed: OlderCrd) => RunningKind;
}

/** The kinds of this controller: each starts when its CRD is there, and works once this process leads. */
export interface Kinds {
  /** Starts every kind whose CRD is installed, and says which are missing. Throws `ApiError`. */
  find(signal: AbortSignal): Promise<void>;
  /** Looks for the missing ones until there are none; resolves at once when there are none, and when the signal aborts. */
  findRest(signal: AbortSignal): Promise<void>;
  /** Which CRDs are not found yet, in a sentence; undefined when all are. */
  whyNotFound(): string | undefined;
  /** Of which kinds that were found the objects are not known yet, and why; undefined when all are. */
  whyNotSynced(): string | undefined;
  /** Lets the controllers work, each as soon as its kind has synced. */
  lead(): void;
  wakeNamespace(namespace: string): void;
  /** Stops all controllers; answers whether every pass ended in time. */
  stop(graceMs: number): Promise<boolean>;
}

const lookAgainMs = 10_000;

/** Makes {@link Kinds}; nothing is looked for before `find`. */
export function createKinds(options: KindsOptions): Kinds {
  return new InstalledKinds(options);
}

class InstalledKinds implements Kinds {
  readonly #options: KindsOptions;
  readonly #running: RunningKind[] = [];
  #missing: readonly ResourceDefinition[];
  #isLeading = false;
  /** Why the last look for missing CRDs failed, until one works. */
  #lookupFailure: string | undefined;
  #isForbiddenTold = false;

  constructor(options: KindsOptions) {
    this.#options = options;
    this.#missing = [...options.definitions];
  }

  async find(signal: AbortSignal): Promise<void> {
    await this.#look(signal);
    this.#sayMissing();
  }

  async findRest(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (this.#missing.length > 0) {
      try {
        await clock.sleep(lookAgainMs, signal);
        await this.#look(signal);
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#lookupFailure = error instanceof Error ? error.message : String(error);
        log.warn({ err: error }, 'CRDs could not be looked up');
      }
    }
  }

  whyNotFound(): string | undefined {
    if (this.#missing.length === 0) return undefined;
    const why = this.#lookupFailure === undefined ? '' : ` (looking them up failed: ${this.#lookupFailure})`;
    return `not installed: ${someOf(this.#missing.map(crdName))}${why}`;
  }

  whyNotSynced(): string | undefined {
    const waiting = this.#running.filter((kind) => !kind.hasSynced() || isRewound(kind));
    if (waiting.length === 0) return undefined;
    return `not synced: ${someOf(waiting.map(describeWaiting))}`;
  }

  lead(): void {
    this.#isLeading = true;
    for (const kind of this.#running) {
      this.#workWhenSynced(kind);
    }
  }

  wakeNamespace(namespace: string): void {
    for (const kind of this.#running) {
      kind.wakeNamespace(namespace);
    }
  }

  async stop(graceMs: number): Promise<boolean> {
    this.#isLeading = false;
    const ended = await Promise.all(this.#running.map((kind) => kind.controller.stop(graceMs)));
    return ended.every(Boolean);
  }

  /** Starts those of the missing kinds whose CRD is installed by now. */
  async #look(signal: AbortSignal): Promise<void> {
    const { client, log, start } = this.#options;
    const crds = await findInstalledCrds(client, this.#missing, signal, (error) => this.#tellForbidden(error));
    for (const [definition, crd] of crds) {
      if (crd.kind === 'installed') {
        const kind = start(definition, olderThanOurs(definition, crd.statusFields, log));
        this.#running.push(kind);
        this.#workWhenSynced(kind);
      }
    }
    this.#missing = this.#missing.filter((definition) => crds.get(definition)?.kind !== 'installed');
    this.#lookupFailure = undefined;
  }

  #workWhenSynced(kind: RunningKind): void {
    if (this.#isLeading) {
      // A rejection means that the informer was stopped before it had synced: then there is nothing to start.
      kind.synced.then(
        () => kind.controller.start(),
        () => {},
      );
    }
  }

  #tellForbidden(error: Error): void {
    if (this.#isForbiddenTold) return;
    this.#isForbiddenTold = true;
    this.#options.log.info({ error: error.message }, 'CRDs are not read, but found by what the API server publishes');
  }

  #sayMissing(): void {
    for (const definition of this.#missing) {
      this.#options.log.error(
        { crd: crdName(definition), version: definition.version },
        `CRD ${crdName(definition)} is not installed: apply the chart's crds folder with kubectl; looked for again every ${lookAgainMs / 1000} s`,
      );
    }
  }
}

const shownAtMost = 3;

function someOf(texts: readonly string[]): string {
  const rest = texts.length - shownAtMost;
  return `${texts.slice(0, shownAtMost).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** Whether its objects are those of an API server that has gone back in time since, see `runListWatch`. */
function isRewound(kind: RunningKind): boolean {
  return kind.failure()?.reason === 'Rewound';
}

function describeWaiting({ definition, failure }: RunningKind): string {
  return `${definition.kind}, ${failure()?.message ?? 'its objects are being listed'}`;
}

/** Says once that a CRD is older than this controller and what it prunes. */
function olderThanOurs(
  definition: ResourceDefinition,
  statusFields: ReadonlySet<string> | undefined,
  log: Log,
): OlderCrd {
  const pruned = statusFields === undefined ? [] : prunedStatusFields(definition, statusFields);
  if (statusFields === undefined || pruned.length === 0) {
    return undefined;
  }
  log.info(
    { crd: crdName(definition), pruned },
    'The installed CRD is older than this controller; it works without these fields',
  );
  return { statusFields };
}
