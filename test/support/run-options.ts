// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';

/** What `npm test -- …` asks for. */
export interface RunOptions {
  /** Rings to run; undefined for all. */
  readonly rings: readonly string[] | undefined;
  /** What jest is given beside what it always is given: suites, and a pattern of names of tests. */
  readonly jest: readonly string[];
  /** Suites and folders. */
  readonly paths: readonly string[];
  /** Whether tests are chosen by name. */
  readonly isByName: boolean;
}

const usage = '--ring NAME, -t NAME (--testNamePattern NAME), and paths of suites';

/** Reads the arguments of `npm test`. Throws a RangeError of one sentence. */
export function readRunOptions(argv: readonly string[], rings: readonly string[]): RunOptions {
  const { values, positionals } = parse(argv);
  const unknown = values.ring?.find((name) => !rings.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`there is no ring ${JSON.stringify(unknown)}; there are ${rings.join(', ')}`);
  }
  const pattern = values.testNamePattern;
  return {
    rings: values.ring,
    paths: positionals,
    jest: [...positionals, ...(pattern === undefined ? [] : [`--testNamePattern=${pattern}`])],
    isByName: pattern !== undefined,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { ring: { type: 'string', multiple: true }, testNamePattern: { type: 'string', short: 't' } },
      allowPositionals: true,
    });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/[.\n]/);
    throw new RangeError(`${sentence}; there are ${usage}`);
  }
}
