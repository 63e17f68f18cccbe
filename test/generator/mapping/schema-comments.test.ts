// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readResourceMapping } from '../../../generator/mapping/read-mapping.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const files = ['api-models', 'test/golden/api-models'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.yaml') && name !== 'source.yaml')
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
);

test('there are mappings', () => {
  expect(files.length).toBeGreaterThanOrEqual(15);
});

test.each(files)('%s begins with its schema, so that editors complete its keys', (file) => {
  const [line = ''] = readFileSync(path.join(root, file), 'utf8').split('\n', 1);
  const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)$/.exec(line) ?? [];
  const wanted = file.endsWith('service.yaml') ? 'service.schema.json' : 'mapping.schema.json';
  expect(path.basename(schema)).toBe(wanted);
  expect(existsSync(path.join(root, path.dirname(file), schema))).toBe(true);
});

test('the example in docs/mapping.md fits the schema', () => {
  const docs = readFileSync(path.join(root, 'docs/mapping.md'), 'utf8');
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(docs) ?? [];
  expect(readResourceMapping('docs/mapping.md', example).data.kind).toBe('Build');
});
