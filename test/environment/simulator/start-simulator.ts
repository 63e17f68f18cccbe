// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readModel } from '../../../generator/model/read-model.ts';
import type { Conditions } from './admin.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import { createFaultTable, type FaultTable } from './faults/fault-table.ts';
import { startHttpServer } from './http-server.ts';
import type { KindRules } from './kinds/kind-rules.ts';
import { servedKinds } from './kinds/served-kinds.ts';
import type { Authorizer } from './permissions.ts';
import { createResources, type Resources } from './resources.ts';
import { createSageMakerService } from './sagemaker-service.ts';
import { createRunningClock, type SimulatorClock } from './simulator-clock.ts';
import { createStsService } from './sts-service.ts';
import { World } from './world.ts';

/** How a simulator is set up; every part has a default. */
export interface SimulatorOptions {
  /** Port on 127.0.0.1; a free one unless told. */
  readonly port?: number;
  /** Lifecycles run this many times faster. 1 unless told: a training job takes 17 s. */
  readonly speed?: number;
  /** The machine's clock unless told. */
  readonly clock?: SimulatorClock;
  /** Milliseconds of lifecycle steps by `<Kind>.<step>`, before speed: `TrainingJob.Training`. */
  readonly durations?: Readonly<Record<string, number>>;
  /** The account of keys that STS did not give out and `accounts` does not name. 111122223333 unless told. */
  readonly account?: string;
  /** Accounts of long-lived access keys, by key. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Where resources are seeded unless told otherwise. us-west-2 unless told. */
  readonly region?: string;
  /** How many calls are kept; 20,000 unless told. Counts are complete whatever it is. */
  readonly callCapacity?: number;
  /** The service model; the repository's unless told. */
  readonly modelFile?: string;
  readonly random?: () => number;
  /** Kinds besides the ones that it has rules of and the generated ones. */
  readonly moreKinds?: readonly KindRules[];
}

/** A running SageMaker and STS. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`: the endpoint URL of both services. */
  readonly url: string;
  readonly port: number;
  readonly clock: SimulatorClock;
  /** Moves the time ahead and lets everything happen that falls due. */
  advance(ms: number): void;
  readonly faults: FaultTable;
  /** List lag and clock skew, settable at any time. */
  readonly conditions: Conditions;
  /** Refuses, from now on, every SageMaker call that needs a right which this does not grant; undefined grants all. */
  authorize(authorizer: Authorizer | undefined): void;
  readonly calls: CallLog;
  readonly resources: Resources;
  /** What it knows of each kind, by kind. */
  readonly kinds: ReadonlyMap<string, KindRules>;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

const MODEL_FILE = '../../../api-models/sagemaker/model.json';

/** Starts a simulator. Throws when the port is taken or the model cannot be read. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const modelFile = options.modelFile ?? fileURLToPath(new URL(MODEL_FILE, import.meta.url));
  const model = readModel(await readFile(modelFile, 'utf8'), modelFile);
  const {
    clock = createRunningClock(),
    random = Math.random,
    account = '111122223333',
    region = 'us-west-2',
  } = options;
  const { speed = 1, durations = {} } = options;
  const world = new World({ clock, speed, durations });
  const sagemaker = createSageMakerService(model, world, [...servedKinds(model), ...(options.moreKinds ?? [])], random);
  const accounts = new Map(Object.entries(options.accounts ?? {}));
  const sts = createStsService({ clock, random, account, accounts });
  const faults = createFaultTable(random);
  const calls = createCallLog(options.callCapacity ?? 20_000);
  const resources = createResources(world, sagemaker, { account, region });
  const conditions = createConditions(world, clock);
  let authorizer: Authorizer | undefined;
  const server = await startHttpServer(
    {
      ...{ world, sagemaker, sts, faults, calls, random, sleep },
      clockSkewMs: () => conditions.clockSkewMs,
      authorizer: () => authorizer,
    },
    { calls, faults, resources, clock, conditions },
    options.port ?? 0,
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    clock,
    advance(ms) {
      clock.advance(ms);
      world.settle();
    },
    faults,
    conditions,
    authorize(next) {
      authorizer = next;
    },
    calls,
    resources,
    kinds: sagemaker.kinds,
    close: server.close,
  };
}

function createConditions(world: World, clock: SimulatorClock): Conditions {
  let skew = 0;
  return {
    get clockSkewMs() {
      return skew;
    },
    set clockSkewMs(ms) {
      clock.advance(ms - skew);
      skew = ms;
    },
    get listLagMs() {
      return world.listLagMs;
    },
    set listLagMs(ms) {
      world.listLagMs = ms;
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
