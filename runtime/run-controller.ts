// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { AwsSessions } from './aws/aws-session.ts';
import { createAwsSessions } from './aws/sessions.ts';
import { type Clock, type Random, systemClock } from './clock.ts';
import { tasks } from './config/flag-table.ts';
import { type Environment, parseSettings } from './config/flags.ts';
import { helpText } from './config/help-text.ts';
import { asksFor } from './config/parse-flags.ts';
import { tellSettings } from './config/tell-settings.ts';
import { holdLease, type Leadership, underLease } from './controller/hold-lease.ts';
import { startKind } from './controller/kind-controller.ts';
import { createKinds, type Kinds, type OlderCrd } from './controller/kinds.ts';
import { onAnnotationsChange, startNamespaces, whyNamespacesAreUnknown } from './controller/namespaces.ts';
import type { ResourceDefinition, ServiceDefinition } from './definition.ts';
import { createKubernetesClient } from './kubernetes/client.ts';
import type { ClusterAccess } from './kubernetes/cluster-access.ts';
import { createEventRecorder } from './kubernetes/event-recorder.ts';
import type { Informer } from './kubernetes/informer.ts';
import { loadKubeconfig } from './kubernetes/kubeconfig.ts';
import type { KubernetesClient } from './kubernetes/types.ts';
import type { HealthCheck } from './observability/health.ts';
import type { Log } from './observability/log.ts';
import { createLog } from './observability/log-pino.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { serveProbes } from './observability/serve-probes.ts';
import { createPace, type Pace } from './pace.ts';
import { aborted, endOnDefect, keepHeapSmall, stopSignal } from './process-life.ts';
import { createResourceReconciler } from './reconcile/resource-reconciler.ts';
import { runTask } from './run-task.ts';
import type { Settings } from './settings.ts';
import { checkApiServer, checkIdentity } from './start-checks.ts';
import { isExplained } from './start-failure.ts';

/** Options of {@link runController}. */
export interface RunOptions {
  readonly service: ServiceDefinition;
  /** The controller's version, for default tags, user agents and `--version`. */
  readonly version: string;
  /** The command line without program and script; the process's own by default. */
  readonly argv?: readonly string[];
  /** The process's own by default. */
  readonly env?: Environment;
}

/**
 * Runs the controller of a service as this process: from the flags to the last pass at SIGTERM. It ends the process itself, with exit
 * code 0 after a stop and 1, after one sentence that says why, when it cannot start or go on.
 */
export async function runController(options: RunOptions): Promise<void> {
  const { service, version, argv = process.argv.slice(2), env = process.env } = options;
  const program = `ack-${service.name}-controller`;
  if (asksFor(argv, '--help', '-h')) {
    process.stdout.write(helpText(program));
    return;
  }
  if (asksFor(argv, '--version')) {
    process.stdout.write(`${program} ${version}\n`);
    return;
  }
  const [task, ...rest] = argv;
  if (tasks.some((name) => name === task)) {
    process.exitCode = await runTask({ task: task ?? '', argv: rest, env, service, program, version });
    return;
  }
  keepHeapSmall();
  const settings = settingsOrExit(program, argv, env, service);
  const log = createLog({ level: settings.logLevel, development: settings.enableDevelopmentLogging });
  endOnDefect(log);
  const stop = stopSignal(log);
  const shared = { service, version, program, settings, env, log, stop };
  try {
    await operate({
      ...shared,
      clock: systemClock,
      random: Math.random,
      metrics: createMetrics(),
      pace: createPace(systemClock),
    });
    process.exit(0);
  } catch (error) {
    if (stop.aborted) {
      // The stop came while the start was still waiting for something.
      process.exit(0);
    }
    if (isExplained(error)) {
      log.error({}, error.message);
    } else {
      log.error({ err: error }, 'Ends because of a defect');
    }
    process.exit(1);
  }
}

function settingsOrExit(
  program: string,
  argv: readonly string[],
  env: Environment,
  service: ServiceDefinition,
): Settings {
  try {
    const kinds = service.resources.map(({ kind }) => kind);
    return parseSettings(argv, env, kinds);
  } catch (error) {
    if (!isExplained(error)) {
      throw error;
    }
    process.stderr.write(`${program}: ${error.message}\n`);
    process.exit(1);
  }
}

/** What everything in the process shares. */
interface Process {
  readonly service: ServiceDefinition;
  readonly version: string;
  readonly program: string;
  readonly settings: Settings;
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pace: Pace;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
}

/** Passes in flight get this long at a stop; with a second to abort them it fits into the 10 s that ACK's chart grants a pod. */
const stopGraceMs = 7_000;
/** Events that still wait get this long after that. */
const lastEventsMs = 500;

/** The controller's life, in order. Returns after a stop; throws when it cannot start or go on. */
async function operate(process: Process): Promise<void> {
  const { settings, log, metrics, stop } = process;
  const life = new AbortController();
  sayHello(process);

  const access = loadKubeconfig({ path: settings.kubeconfig, env: process.env });
  const client = openClient(process, access);
  const leaseClient = openClient(process, access);

  let begins: string | undefined = 'waits for the Kubernetes API server';
  const later: HealthCheck = () => 'the start has not come to it yet';
  const ready = new Map<string, HealthCheck>([
    ['start', () => begins],
    ['crds', later],
    ['caches', later],
  ]);
  const servers = await serveProbes({ settings, metrics, ready, log });

  await checkApiServer(client, process);
  begins = 'waits for AWS to say who this controller is';
  const sessions = createAwsSessions({ ...process });
  const [identity, namespaces] = await Promise.all([
    checkIdentity(sessions, process),
    startNamespaces({ ...process, client, signal: life.signal }),
  ]);

  const leadership = startElection(process, access, leaseClient, life.signal);
  await underLease(leadership, async () => {
    const recorder = createEventRecorder({ ...process, client, component: process.program });
    metrics.watchEvents(() => recorder.dropped);
    const parts = { client, sessions, identity, namespaces, leadership, recorder, life: life.signal };
    const kinds = createKinds({
      ...process,
      client,
      definitions: chosenKinds(process),
      start: (definition, installed) => startReconciling(process, parts, definition, installed),
    });
    await kinds.find(stop);
    void kinds.findRest(life.signal);
    begins = undefined;
    ready.set('crds', () => kinds.whyNotFound());
    ready.set('caches', () => kinds.whyNotSynced() ?? (namespaces && whyNamespacesAreUnknown(namespaces)));
    if (namespaces) {
      onAnnotationsChange(namespaces, (name) => kinds.wakeNamespace(name));
    }

    await workUntilStopped(process, leadership, namespaces, kinds);

    if (!(await kinds.stop(stopGraceMs))) {
      log.warn({}, 'Passes in flight did not end in time; their objects are picked up at the next start');
    }
    await recorder.close(AbortSignal.timeout(lastEventsMs));
  });
  life.abort(new Error('the controller has stopped'));
  sessions.close();
  await Promise.all([client.close(), leaseClient.close(), ...servers.map((server) => server.close())]);
  log.info({}, 'Stopped');
}

function sayHello({ program, version, settings, log }: Process): void {
  log.info({ version, node: process.version, region: settings.awsRegion }, `${program} starts`);
  tellSettings(settings, log);
}

// Fifty passes write at one time. Half as many connections made them wait for each other, and for whoever else is busy with the API server.
const CONNECTIONS = 32;

/** A client of its own for each purpose, so that no purpose waits behind another's calls. */
function openClient({ program, version, env, metrics }: Process, access: ClusterAccess): KubernetesClient {
  return createKubernetesClient(access, {
    fieldManager: program,
    userAgent: `${program}/${version}`,
    env,
    connections: CONNECTIONS,
    onRequest: (request) => metrics.kubernetesRequest(request),
  });
}

function startElection(
  process: Process,
  access: ClusterAccess,
  client: KubernetesClient,
  signal: AbortSignal,
): Leadership {
  return holdLease({
    ...process,
    client,
    name: `ack-${process.service.group}`,
    podNamespace: access.namespace,
    identity: `${hostname()}_${randomUUID()}`,
    signal,
  });
}

function chosenKinds({ service, settings }: Process): readonly ResourceDefinition[] {
  const { reconcileResources: chosen } = settings;
  return chosen.length === 0 ? service.resources : service.resources.filter(({ kind }) => chosen.includes(kind));
}

/** What every kind is reconciled with. */
interface Parts {
  readonly client: KubernetesClient;
  readonly sessions: AwsSessions;
  readonly identity: Awaited<ReturnType<AwsSessions['identity']>>;
  readonly namespaces: Informer | undefined;
  readonly leadership: Leadership;
  readonly recorder: ReturnType<typeof createEventRecorder>;
  /** Ends the informers. */
  readonly life: AbortSignal;
}

function startReconciling(process: Process, parts: Parts, definition: ResourceDefinition, installed: OlderCrd) {
  const { namespaces, leadership } = parts;
  return startKind({
    ...process,
    definition,
    client: parts.client,
    signal: parts.life,
    createReconciler: (store, wake) =>
      createResourceReconciler({
        ...process,
        client: parts.client,
        sessions: parts.sessions,
        identity: parts.identity,
        recorder: parts.recorder,
        definition,
        store,
        wake,
        life: parts.life,
        log: process.log.child({ controller: definition.kind.toLowerCase() }),
        ...(namespaces ? { namespaces: namespaces.store } : { namespacesDenied: true }),
        ...(installed && { installed }),
        assertLeading: () => leadership.assertLeading(),
      }),
  });
}

/** Lets the kinds work once this process leads. Returns at a stop; throws when the Lease is lost or may not be held. */
async function workUntilStopped(
  { stop, log }: Process,
  leadership: Leadership,
  namespaces: Informer | undefined,
  kinds: Kinds,
): Promise<void> {
  const isStopped = aborted(stop);
  const leads = leadership.acquired.then(() => namespaces?.synced);
  await Promise.race([isStopped, leads]);
  if (stop.aborted) {
    return;
  }
  kinds.lead();
  log.debug({}, 'Works');
  const lost = await Promise.race([isStopped, leadership.lost]);
  if (lost) {
    // No pass is waited for: each asks for the Lease before it writes, and another controller may act from now on.
    throw lost;
  }
}
