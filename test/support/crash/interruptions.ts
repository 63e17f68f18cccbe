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
  /** Whether the controller cannot know how it ended: the answer was lost, or the process died before or just when it came. */
  lost: boolean;
  /** Whether the process died before the object was told the ARN that this write made. */
  forgotten: boolean;
  /** The HTTP status of the answer, once there is one: a write that was refused told nobody anything. */
  status?: number;
}

/** Watches every write of every object of one controller, and interrupts each object at most once, at its step. */
export interface Interruptions {
  readonly kubernetes: Meddler;
  readonly aws: Meddler;
  /** Makes an object known; its writes count from here. */
  watch(object: string, plan?: { readonly step: Step; readonly interruption: Interruption }): void;
  enter(object: string, phase: Phase): void;
  /** Everything written for an object so far. */
  passages(object: string): readonly Passage[];
  /** The object that AWS knows by an ARN. */
  ownerOf(arn: string): string | undefined;
  /** Whether the object's step was met: a write is held, or was. */
  isMet(object: string): boolean;
  /** The process is dead: what is held is let go, and nothing of it is sent or answered. */
  struck(): void;
}

interface Watched {
  readonly plan: { readonly step: Step; readonly interruption: Interruption } | undefined;
  phase: Phase;
  readonly passages: Tracked[];
  met: boolean;
}

interface Tracked extends Passage {
  answeredAt?: number;
  arn?: string | undefined;
}

// An answer that the process had for a shorter time may not have been read.
const UNREAD_MS = 50;

/** Makes {@link Interruptions}; the meddlers belong to the proxies before the API server and before AWS. */
export function createInterruptions(): Interruptions {
  const objects = new Map<string, Watched>();
  const names = createAwsNames((name) => objects.has(name));
  let held: (() => void)[] = [];
  const untilStruck = (): Promise<void> => new Promise((resolve) => void held.push(resolve));

  const meddle = async (
    write: Write | undefined,
    forward: () => Promise<ProxiedAnswer>,
    learn: (answer: string) => void,
  ): Promise<ProxiedAnswer | 'cut'> => {
    const watched = write && objects.get(write.object);
    if (!watched) return forward();
    const passage: Tracked = {
      ...write,
      step: nextStep(watched, write),
      reached: false,
      lost: false,
      forgotten: false,
    };
    watched.passages.push(passage);
    const interruption = watched.plan?.step === passage.step && !watched.met ? watched.plan.interruption : undefined;
    watched.met ||= interruption !== undefined;
    if (interruption === 'killed before') {
      await untilStruck();
      return 'cut';
    }
    passage.reached = true;
    const answer = await forward();
    passage.status = answer.status;
    const body = typeof answer.body === 'string' ? answer.body : await text(answer.body);
    learn(body);
    if (passage.system === 'aws') passage.arn = arnIn(body);
    if (interruption === 'answer lost') {
      passage.lost = true;
      return 'cut';
    }
    if (interruption === 'killed after') {
      await untilStruck();
      return 'cut';
    }
    passage.answeredAt = performance.now();
    return { ...answer, body };
  };

  return {
    kubernetes(request, forward) {
      const write = kubernetesWrite(request);
      return meddle(write, forward, (answer) => write && names.learnUid(write.object, answer));
    },
    aws(request, forward) {
      const write = names.writeOf(request);
      return meddle(write, forward, (answer) => write && names.learnArns(write.object, answer));
    },
    watch: (object, plan) => void objects.set(object, { plan, phase: 'create', passages: [], met: false }),
    enter(object, phase) {
      const watched = objects.get(object);
      if (watched) watched.phase = phase;
    },
    passages: (object) => objects.get(object)?.passages ?? [],
    ownerOf: names.ownerOf,
    isMet: (object) => objects.get(object)?.met ?? false,
    struck() {
      for (const { passages } of objects.values()) judge(passages);
      for (const release of held) release();
      held = [];
    },
  };
}

/** What a process that died now took with it. */
function judge(passages: readonly Tracked[]): void {
  const now = performance.now();
  for (const [index, passage] of passages.entries()) {
    if (passage.system !== 'aws' || !passage.reached) continue;
    const { answeredAt = now, arn } = passage;
    if (answeredAt > now - UNREAD_MS) passage.lost = true;
    const isTold = (one: Tracked): boolean =>
      one.system === 'kubernetes' && one.reached && (one.status ?? 200) < 400 && one.body.includes(arn ?? '');
    if (arn !== undefined && !passages.slice(index).some(isTold)) passage.forgotten = true;
  }
}

function arnIn(answer: string): string | undefined {
  return /"(arn:[^"]+)"/.exec(answer)?.[1];
}

function nextStep({ phase, passages }: Watched, { label }: Write): Step {
  const start = `${phase}: ${label} #`;
  return `${start}${passages.filter(({ step }) => step.startsWith(start)).length + 1}`;
}
