// SPDX-License-Identifier: Apache-2.0
import { isSupported, parseVersions } from './choose-kubectl.ts';

test.each([
  [36, 36, true],
  [35, 36, true],
  [37, 36, true],
  [34, 36, false],
  [38, 36, false],
  [Number.NaN, 36, false],
])('kubectl 1.%d with a server 1.%d: %s', (client, server, want) => expect(isSupported({ client, server })).toBe(want));

test('minor versions of clouds carry a plus', () => {
  const json = JSON.stringify({ clientVersion: { minor: '32' }, serverVersion: { minor: '31+' } });
  expect(parseVersions(json)).toEqual({ client: 32, server: 31 });
});

test('a version that is not told is no number', () =>
  expect(parseVersions('{}')).toEqual({ client: Number.NaN, server: Number.NaN }));
