// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '../nearest-name.ts';
import { type Flag, flagTable, type ObsoleteFlag, obsoleteFlags, tasks } from './flag-table.ts';
import { SettingsError } from './settings-error.ts';

/** The texts that each flag was given, in order; flags that are absent have no entry. */
export type FlagTexts = ReadonlyMap<string, readonly string[]>;

/** What {@link parseFlags} made of a command line. */
export interface CommandLine {
  readonly texts: FlagTexts;
  /** A sentence for each part that has no effect, or that a flag of today stands for. */
  readonly warnings: readonly string[];
}

/**
 * Reads a command line as pflag does: `--name=value`, `--name value`, a boolean as `--name` or `--name=false`, `-h` for help. Words
 * that belong to no flag, and all that stands after `--`, have no effect, as with ACK; each is told. An unknown flag and a missing
 * value are mistakes.
 */
export function parseFlags(argv: readonly string[]): CommandLine {
  const flags = new Map<string, Flag | ObsoleteFlag>([...flagTable, ...obsoleteFlags].map((flag) => [flag.name, flag]));
  const texts = new Map<string, string[]>();
  const warnings: string[] = [];
  const words = argv[Symbol.iterator]();
  /** The flag just before, where a person may believe that the next word is its value. */
  let alone: string | undefined;
  for (const word of words) {
    if (word === '--') {
      const rest = [...words];
      if (rest.length > 0) warnings.push(`what stands after -- has no effect: ${rest.map(quote).join(', ')}`);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      warnings.push(strayWord(word, alone));
      alone = undefined;
      continue;
    }
    const { name, inline } = splitWord(word);
    const flag = flags.get(name);
    if (flag === undefined) {
      throw unknownFlag(name);
    }
    if (!('group' in flag)) {
      warnings.push(`--${name}, a flag of early versions of ACK, ${flag.help}`);
    }
    const isAlone = inline === undefined && flag.type === 'boolean';
    const text = inline ?? (isAlone ? 'true' : nextWord(words, name));
    const target = 'means' in flag ? flag.means : name;
    texts.set(target, [...(texts.get(target) ?? []), text]);
    alone = isAlone ? name : undefined;
  }
  return { texts, warnings };
}

/** Whether one of these words stands among the flags, before a `--`. */
export function asksFor(argv: readonly string[], ...words: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).some((word) => words.includes(word));
}

function strayWord(word: string, flag: string | undefined): string {
  const task = nearestName(word, tasks);
  if (task !== undefined) {
    // A Job that is to do a task must not become a second controller.
    throw new SettingsError(`${quote(word)} is not a flag; did you mean the task ${task}? It stands before all flags`);
  }
  if (flag === undefined) {
    return `${quote(word)} belongs to no flag and has no effect`;
  }
  const value = /^(true|false|t|f|1|0)$/i.test(word) ? word : 'false';
  return `${quote(word)} after --${flag} is not its value and has no effect, as with ACK: the flag alone means true; write --${flag}=${value}`;
}

function splitWord(word: string): { name: string; inline: string | undefined } {
  if (word === '-h') {
    return { name: 'help', inline: undefined };
  }
  const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
  if (match?.[1] !== undefined) {
    return { name: match[1], inline: match[2] };
  }
  const single = /^-([a-z][a-z-]+)/.exec(word)?.[1];
  const hint = single === undefined ? '--name=value' : `--${single}`;
  throw new SettingsError(`${quote(word)} is not a flag: flags take two dashes, ${hint}`);
}

function nextWord(words: Iterator<string>, name: string): string {
  const next = words.next();
  if (next.done === true) {
    throw new SettingsError(`--${name} needs a value, as in --${name}=VALUE`);
  }
  return next.value;
}

function unknownFlag(name: string): SettingsError {
  const nearest = nearestName(
    name,
    flagTable.map((flag) => flag.name),
  );
  const hint = nearest === undefined ? 'see --help for all of them' : `did you mean --${nearest}?`;
  return new SettingsError(`--${name} is not a flag of this controller; ${hint}`);
}

function quote(word: string): string {
  return JSON.stringify(word);
}
