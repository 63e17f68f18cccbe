// SPDX-License-Identifier: Apache-2.0
import type { Lifecycle } from '../../../runtime/definition.ts';
import type { Condition } from '../../../runtime/kubernetes/types.ts';
import { conditionsOf, type Facts } from '../../../runtime/reconcile/conditions.ts';

const job: Lifecycle = { kind: 'run-to-completion', states: {}, delete: 'stop' };
const service: Lifecycle = { kind: 'service', states: {}, delete: 'delete' };
const config: Lifecycle = { kind: 'config', states: {}, delete: 'delete' };
const NOW = '2026-01-01T00:00:00Z';

function told(facts: Facts, lifecycle: Lifecycle, previous: readonly Condition[] = []): string[] {
  return conditionsOf(facts, { kind: 'K', lifecycle, previous, now: NOW }).map(
    ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
  );
}

const invalid = { type: 'terminal', reason: 'Invalid', message: 'bad' } as const;
const denied = { type: 'recoverable', reason: 'AccessDenied', message: 'no' } as const;

test.each<[string, Facts, Lifecycle, string[]]>([
  [
    'a kind without states that exists',
    {},
    config,
    ['ACK.ResourceSynced=True Synced: Resource synced successfully', 'Ready=True Synced: Resource synced successfully'],
  ],
  [
    'a running job',
    { state: { value: 'InProgress', class: 'running' } },
    job,
    [
      'ACK.ResourceSynced=False InProgress: K is in InProgress status.',
      'Ready=False InProgress: K is in InProgress status.',
      'Reconciling=True InProgress: K is in InProgress status.',
    ],
  ],
  [
    'a stopped job: in sync as in ACK, but not complete',
    { state: { value: 'Stopped', class: 'stopped' } },
    job,
    [
      'ACK.ResourceSynced=True Stopped: K is in Stopped status.',
      'Ready=True Stopped: K is in Stopped status.',
      'Failed=True Stopped: K was stopped before it completed.',
    ],
  ],
  [
    'a failed service without a reason',
    { state: { value: 'Failed', class: 'failed' } },
    service,
    [
      'ACK.Terminal=True Failed: K status reached terminal state: Failed. AWS gives no reason.',
      'ACK.ResourceSynced=True Failed: K is in Failed status.',
      'Ready=False Failed: K status reached terminal state: Failed. AWS gives no reason.',
      'Stalled=True Failed: K status reached terminal state: Failed. AWS gives no reason.',
    ],
  ],
  [
    'a settled service with a refused edit',
    { state: { value: 'InService', class: 'ready' }, problem: invalid },
    service,
    [
      'ACK.Terminal=True Invalid: bad',
      'ACK.ResourceSynced=False Invalid: bad',
      'Ready=False Invalid: bad',
      'Stalled=True Invalid: bad',
    ],
  ],
  [
    'a settled service with a passing problem',
    { state: { value: 'InService', class: 'ready' }, problem: denied },
    service,
    [
      'ACK.ResourceSynced=Unknown AccessDenied: It is not known whether AWS matches the spec.',
      'ACK.Recoverable=True AccessDenied: no',
      'Ready=False AccessDenied: no',
      'Reconciling=True AccessDenied: no',
    ],
  ],
  [
    'two advisories',
    {
      advisories: [
        { reason: 'A', message: 'a' },
        { reason: 'B', message: 'b' },
      ],
    },
    config,
    [
      'ACK.ResourceSynced=True Synced: Resource synced successfully',
      'Ready=True Synced: Resource synced successfully',
      'ACK.Advisory=True A: a',
      'ACK.Advisory=True B: b',
    ],
  ],
])('%s', (_name, facts, lifecycle, expected) => {
  expect(told(facts, lifecycle)).toEqual(expected);
});

test('ACK.Terminal stands before Ready: health checks take the first match', () => {
  const types = conditionsOf({ problem: invalid }, { kind: 'K', lifecycle: config, previous: [], now: NOW }).map(
    ({ type }) => type,
  );
  expect(types.indexOf('ACK.Terminal')).toBeLessThan(types.indexOf('Ready'));
});

test('a transition time moves when the status does, not when the reason or message does', () => {
  const old = '2025-01-01T00:00:00Z';
  const previous: Condition[] = [
    { type: 'Ready', status: 'False', lastTransitionTime: old, reason: 'X', message: 'x' },
    { type: 'ACK.ResourceSynced', status: 'True', lastTransitionTime: old },
    { type: 'ACK.Advisory', status: 'True', lastTransitionTime: old, reason: 'A', message: 'a' },
  ];
  const facts: Facts = {
    problem: denied,
    advisories: [
      { reason: 'A', message: 'new' },
      { reason: 'B', message: 'b' },
    ],
  };
  const times = conditionsOf(facts, { kind: 'K', lifecycle: config, previous, now: NOW }).map(
    ({ type, reason, lastTransitionTime }) => [type, reason, lastTransitionTime],
  );
  expect(times).toEqual([
    ['ACK.ResourceSynced', 'AccessDenied', NOW],
    ['ACK.Recoverable', 'AccessDenied', NOW],
    ['Ready', 'AccessDenied', old],
    ['Reconciling', 'AccessDenied', NOW],
    ['ACK.Advisory', 'A', old],
    ['ACK.Advisory', 'B', NOW],
  ]);
});

test('types that are not ours are kept behind ours', () => {
  const foreign: Condition = { type: 'acme.io/Checked', status: 'True', reason: 'R' };
  expect(conditionsOf({}, { kind: 'K', lifecycle: config, previous: [foreign], now: NOW }).at(-1)).toBe(foreign);
});

test('what ACK waited for is no longer waited for, and what it had done stays told', () => {
  const previous = (status: Condition['status']): Condition[] => [
    { type: 'ACK.LateInitialized', status },
    { type: 'Mine', status: 'False' },
  ];
  const types = (status: Condition['status']): string[] =>
    conditionsOf({}, { kind: 'K', lifecycle: config, previous: previous(status), now: NOW }).map(({ type }) => type);
  expect(types('False')).toEqual(['ACK.ResourceSynced', 'Ready', 'Mine']);
  expect(types('True')).toEqual(['ACK.ResourceSynced', 'Ready', 'ACK.LateInitialized', 'Mine']);
});
