// SPDX-License-Identifier: Apache-2.0
import { createAwsTime } from '../../../runtime/aws/aws-time.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

function answerAt(time: number): Record<string, string> {
  return { 'x-amzn-requestid': 'request-1', date: new Date(time).toUTCString() };
}

/** A machine whose clock can be set; its monotonic one goes on as ever. */
function setUp() {
  const clock = createFakeClock(START);
  let offset = 0;
  const time = createAwsTime({ ...clock, now: () => clock.now() + offset, monotonic: () => clock.monotonic() });
  const setClock = (ms: number): void => {
    offset = ms;
  };
  return { clock, time, setClock };
}

test("before any answer it is the machine's time", () => {
  const { time } = setUp();
  expect(time.now()).toBe(START);
});

test.each([
  ['a second ahead', 1_000],
  ['two seconds behind', -2_000],
])('a machine that AWS is %s of keeps its own, finer time', (_words, ms) => {
  const { time } = setUp();
  time.note(answerAt(START + ms));
  expect(time.now()).toBe(START);
});

test.each([HOUR, -HOUR, 3_000])("a machine whose clock is %d ms off goes by AWS's", async (ms) => {
  const { time, clock } = setUp();
  time.note(answerAt(START + ms));
  await clock.advance(90_000);
  expect(time.now()).toBe(START + ms + 90_000);
});

test("the machine's clock may jump meanwhile, and back", () => {
  const { time, setClock } = setUp();
  time.note(answerAt(START));
  setClock(2 * HOUR);
  expect(time.now()).toBe(START);
  setClock(0);
  expect(time.now()).toBe(START);
});

test.each([
  ['without headers', undefined],
  ['of something in between, which AWS has not numbered', { date: new Date(0).toUTCString() }],
  ['without a date', { 'x-amzn-requestid': 'request-1' }],
  ['with a date that is none', { 'x-amzn-requestid': 'request-1', date: 'soon' }],
])('an answer %s tells nothing', (_words, headers) => {
  const { time } = setUp();
  time.note(headers);
  expect(time.now()).toBe(START);
});
