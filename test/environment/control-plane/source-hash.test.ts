// SPDX-License-Identifier: Apache-2.0
import { hashSources, isSourceFile } from './source-hash.ts';

const files = [
  { path: 'go.mod', content: 'module x\n' },
  { path: 'etcd/main.go', content: 'package main\n' },
];
const hash = hashSources(files, ['-trimpath'], 'linux-x64');

test('the name of a build is 16 hexadecimal digits', () => expect(hash).toMatch(/^[0-9a-f]{16}$/));

test('the order in which the files are found does not matter', () => {
  expect(hashSources(files.toReversed(), ['-trimpath'], 'linux-x64')).toBe(hash);
});

test.each([
  [
    'a changed source',
    hashSources([files[0]!, { path: 'etcd/main.go', content: 'package main\n\n' }], ['-trimpath'], 'linux-x64'),
  ],
  [
    'a moved source',
    hashSources([files[0]!, { path: 'etc/main.go', content: 'package main\n' }], ['-trimpath'], 'linux-x64'),
  ],
  ['a file more', hashSources([...files, { path: 'go.sum', content: '' }], ['-trimpath'], 'linux-x64')],
  ['other flags', hashSources(files, ['-trimpath', '-v'], 'linux-x64')],
  ['another platform', hashSources(files, ['-trimpath'], 'darwin-arm64')],
  [
    'text that moves from one file into the next',
    hashSources(
      [
        { path: 'go.mod', content: 'module ' },
        { path: 'x\netcd/main.go', content: 'package main\n' },
      ],
      ['-trimpath'],
      'linux-x64',
    ),
  ],
])('%s makes another build', (_what, other) => expect(other).not.toBe(hash));

test.each([
  ['go.mod', true],
  ['go.sum', true],
  ['kubectl/main.go', true],
  ['build.ts', false],
  ['watchman.sh', false],
])('%s decides what is built: %s', (file, want) => expect(isSourceFile(file)).toBe(want));
