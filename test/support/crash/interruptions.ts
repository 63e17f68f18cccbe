// SPDX-License-Identifier: Apache-2.0
import { text } from 'node:stream/consumers';
import type { Meddler, ProxiedAnswer } from '../meddling-proxy.ts';
import { createAwsNames, kubernetesWrite, type Phase, type Step, type Write } from './writes.ts';

/** What happens at a step: the process is killed before the write leaves, or after it had its effect; or only its answer is lost. */
export type Interruption = 'killed before' | 'killed after' | 'answer lost';

/** One write as it went through the proxies. */
export interface Passage extends Write {
  readonly step: Step;
  /** Whether it reached the server. */
  reached: boolean;
  /** Whether the controller can know how it ended. */
  answered: boolean;
}

/** Watches every write of every object, and interrupts each object at most once, at its step. */
export interface Interruptions {
  readonly kubernetes: Meddler;
  readonly aws: Meddler;
  /** Makes an object known; its writes count from here. */
  watch(object: string, plan?: { readonly step: Step; readonly interruption: Interruption }): void;
  enter(object: string, phase: Phase): void;
  /** Everything written for an object so far. */
  passages(object: string): readonly Passage[];
  /** Whether the object's step was met: a write is held, or was. */
  isMet(object: string): boolean;
  /** Lets go of what is held, the process that sent it being dead: nothing of it is sent or answered. */
  drop(): void;
}

interface Watched {
  readonly plan: { readonly step: Step; readonly interruption: Interruption } | undefined;
  phase: Phase;
  readonly passages: Passage[];
  met: boolean;
}

/** Makes {@link Interruptions}; the meddlers belong to the proxies before the API server and before AWS. */
export function createInterruptions(): Interruptions {
  const objects = new Map<string, Watched>();
  const names = createAwsNames((name) => objects.has(name));
  let held: (() => void)[] = [];
  const untilDropped = (): Promise<void> => new Promise((resolve) => void held.push(resolve));

  const meddle = async (
    write: Write | undefined,
    forward: () => Promise<ProxiedAnswer>,
    learn: (answer: string) => void,
  ): Promise<ProxiedAnswer | 'cut'> => {
    const watched = write && objects.get(write.object);
    if (!watched) return forward();
    const passage: Passage = { ...write, step: nextStep(watched, write), reached: false, answered: false };
    watched.passages.push(passage);
    const interruption = watched.plan?.step === passage.step && !watched.met ? watched.plan.interruption : undefined;
    watched.met ||= interruption !== undefined;
    if (interruption === 'killed before') {
      await untilDropped();
      return 'cut';
    }
    passage.reached = true;
    const answer = await forward();
    const body = typeof answer.body === 'string' ? answer.body : await text(answer.body);
    learn(body);
    if (interruption === 'answer lost') return 'cut';
    if (interruption === 'killed after') {
      await untilDropped();
      return 'cut';
    }
    passage.answered = true;
    return { ...answer, body };
  };

  return {
    kubernetes: (request, forward) => meddle(kubernetesWrite(request), forward, () => {}),
    aws(request, forward) {
      const write = names.writeOf(request);
      return meddle(write, forward, (answer) => write && names.learn(write.object, answer));
    },
    watch: (object, plan) => void objects.set(object, { plan, phase: 'create', passages: [], met: false }),
    enter(object, phase) {
      const watched = objects.get(object);
      if (watched) watched.phase = phase;
    },
    passages: (object) => objects.get(object)?.passages ?? [],
    isMet: (object) => objects.get(object)?.met ?? false,
    drop() {
      for (const release of held) release();
      held = [];
    },
  };
}

function nextStep({ phase, passages }: Watched, { label }: Write): Step {
  const start = `${phase}: ${label} #`;
  return `${start}${passages.filter(({ step }) => step.startsWith(start)).length + 1}`;
}
