// SPDX-License-Identifier: Apache-2.0
import { createFakeClock } from '../support/fake-clock.ts';
import { createProgress, formatBar, formatElapsed } from './progress.ts';

function recordOutput(options: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  return { ...options, written, write: (text: string) => written.push(text) };
}

describe('away from a terminal', () => {
  test('a step is one plain line at its start and one at its end', async () => {
    const clock = createFakeClock();
    const output = recordOutput({ isTTY: false });
    const step = createProgress(output, clock).step('building');
    step.update({ done: 3, total: 10 });
    await clock.advance(2_500);
    step.done('10 packages');
    expect(output.written).toEqual(['building …\n', 'building: done in 2.5s 10 packages\n']);
  });

  test('a long step says every 15 seconds how far it is, and stops when it has ended', async () => {
    const clock = createFakeClock();
    const output = recordOutput({ isTTY: false });
    const step = createProgress(output, clock).step('building');
    step.update({ done: 5, total: 10 });
    await clock.advance(31_000);
    expect(output.written.slice(1)).toEqual([
      `building: still going after 15.0s ${formatBar(5, 10)} 5/10\n`,
      `building: still going after 30.0s ${formatBar(5, 10)} 5/10\n`,
    ]);
    step.failed();
    expect(clock.pending).toBe(0);
    expect(output.written.at(-1)).toBe('building: failed after 31.0s\n');
  });
});

describe('on a terminal', () => {
  const clear = '\r\u001b[2K';

  test('one line is drawn again as it moves and ends with a mark', async () => {
    const clock = createFakeClock();
    const output = recordOutput({ isTTY: true, columns: 100 });
    const step = createProgress(output, clock).step('building');
    step.update({ done: 1, total: 4 });
    await clock.advance(100);
    expect(output.written.at(-1)).toContain(`${formatBar(1, 4)} 1/4`);
    expect(output.written.every((text) => text.startsWith(clear))).toBe(true);
    step.done();
    expect(output.written.at(-2)).toMatch(/✓ building +0\.1s$/);
    expect(output.written.at(-1)).toBe('\n');
    expect(clock.pending).toBe(0);
  });

  test('no line is as wide as the terminal, so that it never wraps', () => {
    const output = recordOutput({ isTTY: true, columns: 30 });
    const step = createProgress(output, createFakeClock()).step('a title that is longer than the terminal is wide');
    step.done('and a detail');
    for (const text of output.written) expect(text.replace(clear, '').length).toBeLessThan(30);
  });

  test('only the first end of a step counts', () => {
    const output = recordOutput({ isTTY: true });
    const step = createProgress(output, createFakeClock()).step('building');
    step.done();
    const before = output.written.length;
    step.failed();
    expect(output.written.length).toBe(before);
  });
});

test.each([
  [0, '0.0s'],
  [7_340, '7.3s'],
  [59_949, '59.9s'],
  [59_950, '1:00'],
  [245_000, '4:05'],
  [3_723_000, '1:02:03'],
])('%d ms reads %s', (ms, want) => expect(formatElapsed(ms)).toBe(want));

test.each([
  [0, 10, 0],
  [5, 10, 12],
  [10, 10, 24],
  [15, 10, 24],
  [0, 0, 24],
])('a bar for %d of %d has %d full cells', (done, total, full) => {
  expect(formatBar(done, total)).toBe('█'.repeat(full) + '░'.repeat(24 - full));
});
