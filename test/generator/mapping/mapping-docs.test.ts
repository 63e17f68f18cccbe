// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const docs = readFileSync(path.join(root, 'docs/mapping.md'), 'utf8');

/** The words in code marks, split at dots: `lifecycle.states` is two of them. */
const documented = new Set([...docs.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code!.split(/[^A-Za-z-]+/)));

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly enum?: readonly string[];
}

describe.each(['mapping', 'service'])('docs/mapping.md and %s.schema.json:', (name) => {
  const schema = JSON.parse(readFileSync(path.join(root, `generator/mapping/${name}.schema.json`), 'utf8')) as Schema;

  test('every key is documented', () => {
    const keys = wordsOf(schema, ({ properties }) => Object.keys(properties ?? {}));
    expect(keys.size).toBeGreaterThanOrEqual(15);
    expect([...keys].filter((key) => !documented.has(key))).toEqual([]);
  });

  test('every word that a key takes is documented', () => {
    const words = wordsOf(schema, (part) => part.enum ?? []);
    expect([...words].filter((word) => !documented.has(word))).toEqual([]);
  });

  test('every key at the top has a description for editors', () => {
    const bare = Object.entries(schema.properties ?? {}).filter(([, { description }]) => !description);
    expect(bare.map(([key]) => key)).toEqual([]);
  });
});

/** What `pick` finds anywhere within a schema. */
function wordsOf(part: unknown, pick: (schema: Schema) => readonly string[]): Set<string> {
  if (typeof part !== 'object' || part === null) return new Set();
  const own = Array.isArray(part) ? [] : pick(part as Schema);
  return new Set([...own, ...Object.values(part).flatMap((value) => [...wordsOf(value, pick)])]);
}
