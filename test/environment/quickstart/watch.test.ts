// SPDX-License-Identifier: Apache-2.0
import { parseWatchLine } from './watch.ts';

test.each([
  ['a line of a watch', '{"type":"ADDED","object":{"kind":"Model"}}', { type: 'ADDED', object: { kind: 'Model' } }],
  ["kubectl's own words", 'error: the server has asked for the client to provide credentials', undefined],
  ['a line that a broken connection cut off', '{"type":"ADDED","object":{"ki', undefined],
  ['an empty line', '', undefined],
])('%s', (_name, line, want) => expect(parseWatchLine(line)).toEqual(want));
