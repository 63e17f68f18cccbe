// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../../runtime/clock.ts';
import { createInformer } from '../../../runtime/kubernetes/informer.ts';
import type { CustomResource, KubernetesClient } from '../../../runtime/kubernetes/types.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { sagemakerType } from '../cluster.ts';
import { createRecordingLog } from '../recording-log.ts';
import type { Act, Life } from './life.ts';
import type { Phase } from './writes.ts';

/** One life to be lived by the object of a name. */
export interface Living {
  readonly name: string;
  readonly life: Life;
  /** Awaited before each phase. */
  gate(phase: Phase): Promise<void>;
  /** Called when the object came to rest, or went, after a phase. */
  rested(phase: Phase, object: CustomResource | undefined): void;
}

/** What users do and see, by one watch of each kind: hundreds of lives would be as many requests. */
export interface Lives {
  /** Lives it from apply to gone. Rejects with the object's last state when a phase takes longer than `deadlineMs`. */
  live(living: Living, deadlineMs: number): Promise<void>;
  stop(): void;
}

const LOOK_MS = 100;

/** Makes {@link Lives} in a namespace. */
export function createLives(
  client: KubernetesClient,
  simulator: Simulator,
  namespace: string,
  kinds: ReadonlySet<string>,
): Lives {
  const stopped = new AbortController();
  const informers = new Map(
    [...kinds].map((kind) => {
      const informer = createInformer<CustomResource>({
        ...{ client, type: sagemakerType(kind), namespaces: [namespace], clock: systemClock, random: Math.random },
        log: createRecordingLog(),
      });
      void informer.start(stopped.signal).catch(() => {});
      return [kind, informer] as const;
    }),
  );

  /** What is older than the version of the caller's own last write does not count. */
  const until = async (
    { kind, name, version }: { kind: string; name: string; version: string },
    holds: (object: CustomResource | undefined) => boolean,
    deadlineMs: number,
  ): Promise<CustomResource | undefined> => {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const object = informers.get(kind)?.store.get({ namespace, name });
      const isNew = !object || Number(object.metadata.resourceVersion) >= Number(version);
      if (isNew && holds(object)) return object;
      if (performance.now() > deadline) {
        throw new Error(`${kind} ${name} did not get there in ${deadlineMs} ms; it is ${JSON.stringify(object)}`);
      }
      await pause();
    }
  };

  return {
    async live({ name, life, gate, rested }, deadlineMs) {
      const { kind } = life.definition;
      const type = sagemakerType(kind);
      const key = { namespace, name };
      let version = '0';
      const rest = async (phase: Phase, isDone: Act['isDone'] = () => true): Promise<CustomResource | undefined> => {
        const isThere = (object: CustomResource | undefined) =>
          !!object && life.isAtRest(object) && isDone(object, simulator);
        const object = await until({ kind, name, version }, isThere, deadlineMs);
        rested(phase, object);
        return object;
      };
      await gate('create');
      life.prepare?.(simulator, name);
      await client.create(type, namespace, life.manifest(namespace, name));
      let object = await rest('create');
      for (const { phase, patch, inAws, isDone } of life.acts) {
        await gate(phase);
        inAws?.(simulator, { arn: object?.status?.ackResourceMetadata?.arn ?? '', kind });
        if (patch) {
          const patched = await client.patch<CustomResource>(type, key, patch, { type: 'merge' });
          version = patched.metadata.resourceVersion ?? version;
        }
        object = await rest(phase, isDone);
      }
      await gate('delete');
      await client.delete(type, key);
      await until({ kind, name, version }, (one) => one === undefined, deadlineMs);
      rested('delete', undefined);
    },
    stop() {
      stopped.abort();
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
