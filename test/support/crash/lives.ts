// SPDX-License-Identifier: Apache-2.0
import type { CustomResource, KubernetesClient } from '../../../runtime/kubernetes/types.ts';
import { sagemakerType } from '../cluster.ts';
import { manifestOf, type Scenario } from './scenario.ts';
import type { Phase } from './writes.ts';

/** One life to be lived. */
export interface Life {
  readonly name: string;
  readonly scenario: Scenario;
  /** Awaited before each phase. */
  gate(phase: Phase): Promise<void>;
}

/** What users do and see, by one list a kind at a time: hundreds of lives would be as many requests. */
export interface Lives {
  /** Lives it from apply to gone. Rejects with the object's last state when a phase takes longer than `deadlineMs`. */
  live(life: Life, deadlineMs: number): Promise<void>;
  stop(): void;
}

const LOOK_MS = 200;

/** Makes {@link Lives} in a namespace. */
export function createLives(client: KubernetesClient, namespace: string, kinds: ReadonlySet<string>): Lives {
  let seen = new Map<string, CustomResource>();
  let looks = 0;
  let stopped = false;
  const look = async (): Promise<void> => {
    while (!stopped) {
      const fresh = new Map<string, CustomResource>();
      for (const kind of kinds) {
        const { items } = await client.list<CustomResource>(sagemakerType(kind), { namespace });
        for (const object of items) fresh.set(`${kind}/${object.metadata.name}`, object);
      }
      seen = fresh;
      looks++;
      await pause();
    }
  };
  const looking = look();
  looking.catch(() => {});

  const until = async (id: string, holds: (object: CustomResource | undefined) => boolean, deadlineMs: number) => {
    const deadline = performance.now() + deadlineMs;
    // What was seen before this was asked may be older than what the caller did.
    const first = looks + 2;
    for (;;) {
      if (looks >= first && holds(seen.get(id))) return;
      if (performance.now() > deadline) {
        throw new Error(`${id} did not get there in ${deadlineMs} ms; it is ${JSON.stringify(seen.get(id))}`);
      }
      await Promise.race([pause(), looking]);
    }
  };

  return {
    async live({ name, scenario, gate }, deadlineMs) {
      const type = sagemakerType(scenario.kind);
      const key = { namespace, name };
      const id = `${scenario.kind}/${name}`;
      const isSettled = (object: CustomResource | undefined): boolean =>
        object?.status?.observedGeneration === object?.metadata.generation && !!object && scenario.settled(object);
      await gate('create');
      await client.create(type, namespace, manifestOf(scenario, namespace, name));
      await until(id, isSettled, deadlineMs);
      if (scenario.edit) {
        await gate('edit');
        await client.patch(type, key, { spec: scenario.edit }, { type: 'merge' });
        await until(id, isSettled, deadlineMs);
      }
      await gate('delete');
      await client.delete(type, key);
      await until(id, (object) => object === undefined, deadlineMs);
    },
    stop() {
      stopped = true;
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
