// SPDX-License-Identifier: Apache-2.0
import { mistakeIn, type ThingService, thingModel } from '../thing.ts';

const shapes = { ThingStatus: { type: 'enum', members: { Active: 'Unit', Failed: 'Unit' } } };

const details = {
  Details: { type: 'structure', members: { Why: 'String', Whys: 'Whys' } },
  Whys: { type: 'list', member: 'String' },
};

function thing(lifecycle: object, shown = {}): ThingService {
  const usual = {
    kind: 'service',
    status: 'ThingStatus',
    states: { Active: 'ready', Failed: 'failed' },
    delete: 'delete',
  };
  return {
    shown: { ThingStatus: 'ThingStatus', ...shown },
    shapes: { ...shapes, ...details },
    mapping: { lifecycle: { ...usual, ...lifecycle } },
  };
}

test('the status, its states and FailureReason are what the lifecycle is told by', () => {
  expect(thingModel(thing({}, { FailureReason: 'String' })).lifecycle).toEqual({
    kind: 'service',
    statusField: 'thingStatus',
    states: { Active: 'ready', Failed: 'failed' },
    failureReasonPath: ['failureReason'],
    delete: 'delete',
  });
});

test('the reason may stand elsewhere, deeper, or nowhere', () => {
  expect(thingModel(thing({ failureReason: 'Details.Why' }, { Details: 'Details' })).lifecycle).toMatchObject({
    failureReasonPath: ['details', 'why'],
  });
  expect(thingModel(thing({ failureReason: 'Why' }, { Why: 'String' })).lifecycle).toMatchObject({
    failureReasonPath: ['why'],
  });
  expect(thingModel(thing({})).lifecycle.failureReasonPath).toBeUndefined();
});

test.each([
  [
    'a state without a class',
    { states: { Active: 'ready' } },
    'lifecycle.states: does not classify Failed of ThingStatus',
  ],
  [
    'states of which none is the end of the way',
    { states: { Active: 'updating', Failed: 'failed' } },
    'lifecycle.states: has no state that is ready: the object would never be Ready',
  ],
  [
    'a job that never succeeds',
    { kind: 'run-to-completion', states: { Active: 'running', Failed: 'failed' } },
    'lifecycle.states: has no state that is succeeded: the object would never be Ready',
  ],
  [
    'a state that AWS never shows',
    { states: { Active: 'ready', Failed: 'failed', Activ: 'ready' } },
    'lifecycle.states.Activ: ThingStatus is never Activ (did you mean "Active"?)',
  ],
  [
    'a status that is not shown',
    { status: 'ThingStat' },
    'lifecycle.status: DescribeThing answers no status ThingStat (did you mean "ThingStatus"?); it has ThingStatus',
  ],
  [
    'a status that is a field of the spec',
    { status: 'ThingName' },
    'lifecycle.status: ThingName is a field of the spec: it tells what is wanted and no state; without one, kind is config',
  ],
  [
    'a status that is no enum',
    { status: 'Why' },
    'lifecycle.status: Why of DescribeThing has no fixed values; without a state, kind is config',
  ],
  [
    'a reason that is not shown',
    { failureReason: 'Whyy' },
    'lifecycle.failureReason: DescribeThing answers no Whyy (did you mean "Why"?)',
  ],
  [
    'a reason that is not shown deeper',
    { failureReason: 'Details.Who' },
    'lifecycle.failureReason: Details has no member Who (did you mean "Why"?)',
  ],
  [
    'a reason that is a list',
    { failureReason: 'Details.Whys' },
    'lifecycle.failureReason: Details.Whys is no single text',
  ],
  ['the usual reason', { failureReason: 'FailureReason' }, 'lifecycle.failureReason: has no effect'],
  [
    'a stop that there is not',
    { delete: 'stop' },
    'lifecycle.delete: stop needs a stop operation; name it under operations',
  ],
  ['no status', { status: undefined }, 'lifecycle: lacks the key status: where a service shows its state'],
])('refused: %s', (_, lifecycle, message) => {
  expect(mistakeIn(thing(lifecycle, { Why: 'String', FailureReason: 'String', Details: 'Details' }))).toContain(
    message,
  );
});
