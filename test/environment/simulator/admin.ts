// SPDX-License-Identifier: Apache-2.0
import type { CallLog } from './call-log.ts';
import { type FaultRule, faultKinds } from './faults/fault.ts';
import type { FaultTable } from './faults/fault-table.ts';
import type { Data } from './resource.ts';
import type { ResourceQuery, Resources, Seed } from './resources.ts';
import type { SimulatorClock } from './simulator-clock.ts';

/** What can be set besides the fault rules. */
export interface Conditions {
  /** How far Lists lag behind Describe, in milliseconds. 0 unless set. */
  listLagMs: number;
  /**
   * How far AWS's clock is ahead of the machine's, in milliseconds: times in answers say so, and signatures off by over 5 minutes
   * are refused. Setting it moves the simulator's clock, and with it the lifecycles that are under way.
   */
  clockSkewMs: number;
}

/** What the admin path reaches. */
export interface AdminServices {
  readonly calls: CallLog;
  readonly faults: FaultTable;
  readonly resources: Resources;
  readonly clock: SimulatorClock;
  readonly conditions: Conditions;
}

/** An answer of the admin path. */
export interface AdminAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** The path under which the simulator itself is asked and told things. */
export const ADMIN_PATH = '/_simulator/';

type Route = (services: AdminServices, query: URLSearchParams, json: Data) => unknown;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET health', () => ({ status: 'ok' })],
  ['GET calls', ({ calls }, query) => calls.list(callQuery(query))],
  ['DELETE calls', ({ calls }) => calls.clear()],
  ['GET counts', ({ calls }) => ({ operations: calls.counts(), codes: calls.codes() })],
  ['GET resources', ({ resources }, query) => resources.list(resourceQuery(query))],
  ['POST resources', ({ resources }, _, json) => ({ count: resources.seed(json as unknown as Seed) })],
  ['PATCH resources', ({ resources }, query, json) => ({ count: resources.change(resourceQuery(query), json) })],
  ['DELETE resources', ({ resources }, query) => ({ count: resources.remove(resourceQuery(query)) })],
  [
    'POST failures',
    ({ resources }, query, json) => ({
      count: resources.fail(resourceQuery(query), json['reason'] as string | undefined),
    }),
  ],
  ['GET faults', ({ faults }) => faults.list()],
  ['POST faults', ({ faults }, _, json) => ({ id: faults.add(readRule(json)) })],
  ['DELETE faults', ({ faults }, query) => removeFaults(faults, query.get('id'))],
  ['GET conditions', ({ conditions }) => conditions],
  ['PATCH conditions', ({ conditions }, _, json) => Object.assign(conditions, readConditions(json))],
  ['GET clock', ({ clock }) => ({ now: clock.now() })],
  ['POST clock', ({ clock }, _, json) => moveClock(clock, json)],
]);

/** Answers a request to the admin path; `body` is JSON or empty. */
export function answerAdmin(services: AdminServices, method: string, url: URL, body: string): AdminAnswer {
  const route = ROUTES.get(`${method} ${url.pathname.slice(ADMIN_PATH.length)}`);
  if (!route) {
    return { status: 404, json: { error: `no such admin request; there are: ${[...ROUTES.keys()].join(', ')}` } };
  }
  try {
    const json: unknown = body === '' ? {} : JSON.parse(body);
    if (typeof json !== 'object' || json === null) throw new RangeError('the body must be a JSON object');
    return { status: 200, json: route(services, url.searchParams, json as Data) ?? {} };
  } catch (error) {
    return { status: 400, json: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function callQuery(query: URLSearchParams): Parameters<CallLog['list']>[0] {
  const numbers = ['after', 'limit'].flatMap((key) => (query.has(key) ? [[key, Number(query.get(key))]] : []));
  const texts = ['operation', 'name', 'code'].flatMap((key) => (query.has(key) ? [[key, query.get(key)]] : []));
  return Object.fromEntries([...numbers, ...texts]);
}

function resourceQuery(query: URLSearchParams): ResourceQuery {
  return Object.fromEntries(
    ['kind', 'name', 'account', 'region'].flatMap((key) => (query.has(key) ? [[key, query.get(key)]] : [])),
  );
}

function readRule(json: Data): FaultRule {
  const action = json['action'] as { readonly kind?: unknown } | undefined;
  if (!faultKinds.some((kind) => kind === action?.kind)) {
    throw new RangeError(`a fault needs an action with a kind: one of ${faultKinds.join(', ')}`);
  }
  return json as unknown as FaultRule;
}

function removeFaults(faults: FaultTable, id: string | null): unknown {
  if (id === null) return faults.clear();
  if (!faults.remove(id)) throw new RangeError(`there is no fault ${id}`);
  return {};
}

function readConditions(json: Data): Partial<Conditions> {
  for (const [name, value] of Object.entries(json)) {
    if (name !== 'listLagMs' && name !== 'clockSkewMs') throw new RangeError(`there is no condition ${name}`);
    if (typeof value !== 'number') throw new RangeError(`${name} is a number of milliseconds`);
  }
  return json as Partial<Conditions>;
}

function moveClock(clock: SimulatorClock, json: Data): unknown {
  if (typeof json['advanceMs'] === 'number') clock.advance(json['advanceMs']);
  if (json['frozen'] === true) clock.freeze();
  if (json['frozen'] === false) clock.resume();
  return { now: clock.now() };
}
