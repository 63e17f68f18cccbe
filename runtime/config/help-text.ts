// SPDX-License-Identifier: Apache-2.0
import { type Flag, flagTable } from './flag-table.ts';

const width = 100;
const column = 46;

/** What `--help` prints: every flag under its heading, with its value and default. */
export function helpText(program: string): string {
  const groups = new Set(flagTable.map((flag) => flag.group));
  const sections = [...groups].map((group) => {
    const flags = flagTable.filter((flag) => flag.group === group);
    return `${group}:\n${flags.map(flagLines).join('')}`;
  });
  return `Usage: ${program} [flags]\n       ${program} apply-crds [--kubeconfig FILE] [--crds FOLDER]\n       ${program} probe URL\n\n${sections.join('\n')}`;
}

/** How a flag is written: its name and what its value is. */
export function flagUsage(flag: Flag): string {
  switch (flag.type) {
    case 'boolean':
      return `--${flag.name}`;
    case 'string':
      return `--${flag.name} VALUE`;
    case 'integer':
      return `--${flag.name} N`;
    case 'duration':
      return `--${flag.name} DURATION`;
    case 'list':
    case 'tags':
      return `--${flag.name} A,B`;
    case 'pairs':
      return `--${flag.name} KIND=N`;
  }
}

function flagLines(flag: Flag): string {
  const head = `  ${flagUsage(flag)}`;
  const lines = wrap(`${flag.help}${origin(flag)}`, width - column);
  const first = head.length < column - 1 ? [] : [head];
  const indented = lines.map((line, index) => {
    return `${(index === 0 && first.length === 0 ? head : '').padEnd(column)}${line}`;
  });
  return [...first, ...indented].map((line) => `${line}\n`).join('');
}

function origin(flag: Flag): string {
  if (flag.env !== undefined) {
    return ` ($${flag.env})`;
  }
  const silent = flag.default === undefined || flag.default === '' || flag.default === 'false';
  return silent ? '' : ` (${flag.default})`;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
