// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { readRunOptions } from './support/run-options.ts';

const read = (...argv: string[]) => readRunOptions(argv, ['unit', 'golden']);

test.each([
  [[], { rings: undefined, jest: [], paths: [], isByName: false }],
  [['--ring', 'unit', '--ring=golden'], { rings: ['unit', 'golden'] }],
  [['test/runtime', '-t', 'reads a tag'], { jest: ['test/runtime', '--testNamePattern=reads a tag'], isByName: true }],
  [['--testNamePattern', 'a', 'test/x'], { jest: ['test/x', '--testNamePattern=a'], paths: ['test/x'] }],
])('%j is read', (argv, expected) => {
  expect(read(...argv)).toMatchObject(expected);
});

test.each([
  [['-x'], "Unknown option '-x'; there are --ring NAME, -t NAME (--testNamePattern NAME), and paths of suites"],
  [['--ring', 'units'], 'there is no ring "units"; there are unit, golden'],
])('%j is refused', (argv, message) => {
  expect(() => read(...argv)).toThrow(new RangeError(message));
});

test('a wrong option ends npm test with one line', () => {
  const script = path.resolve(import.meta.dirname, 'run.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '-x'], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^npm test: Unknown option '-x'; [^\n]+\n$/)]);
});
