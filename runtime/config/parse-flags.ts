// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '../nearest-name.ts';
import type { Flag } from './flag-table.ts';
import { SettingsError } from './settings-error.ts';

/** The texts that each flag was given, in order; flags that are absent have no entry. */
export type FlagTexts = ReadonlyMap<string, readonly string[]>;

/**
 * Reads a command line as pflag does: `--name=value`, `--name value`, a boolean as `--name` or `--name=false`, `-h` for help.
 * Everything else is a mistake: an unknown flag, a missing value, a word that belongs to no flag.
 */
export function parseFlags(argv: readonly string[], table: readonly Flag[]): FlagTexts {
  const flags = new Map(table.map((flag) => [flag.name, flag]));
  const texts = new Map<string, string[]>();
  const words = argv[Symbol.iterator]();
  let previous: Flag | undefined;
  for (const word of words) {
    const { name, inline } = splitWord(word, previous);
    const flag = flags.get(name);
    if (flag === undefined) {
      throw unknownFlag(name, flags.keys());
    }
    const text = inline ?? (flag.type === 'boolean' ? 'true' : nextWord(words, name));
    texts.set(name, [...(texts.get(name) ?? []), text]);
    previous = flag;
  }
  return texts;
}

function splitWord(word: string, previous: Flag | undefined): { name: string; inline: string | undefined } {
  if (word === '-h') {
    return { name: 'help', inline: undefined };
  }
  const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
  if (match?.[1] !== undefined) {
    return { name: match[1], inline: match[2] };
  }
  const single = /^-([a-z][a-z-]+)/.exec(word)?.[1];
  if (single !== undefined) {
    throw new SettingsError(`${JSON.stringify(word)} is not a flag: flags take two dashes, --${single}`);
  }
  const hint =
    previous?.type === 'boolean' ? `; a value of --${previous.name} needs =, --${previous.name}=${word}` : '';
  throw new SettingsError(`${JSON.stringify(word)} is not a flag and belongs to none${hint}`);
}

function nextWord(words: Iterator<string>, name: string): string {
  const next = words.next();
  if (next.done === true) {
    throw new SettingsError(`--${name} needs a value, as in --${name}=VALUE`);
  }
  return next.value;
}

function unknownFlag(name: string, known: Iterable<string>): SettingsError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? 'see --help for all of them' : `did you mean --${nearest}?`;
  return new SettingsError(`--${name} is not a flag of this controller; ${hint}`);
}
