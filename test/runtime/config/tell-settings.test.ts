// SPDX-License-Identifier: Apache-2.0
import { parseSettings } from '../../../runtime/config/flags.ts';
import { tellSettings } from '../../../runtime/config/tell-settings.ts';
import type { Log } from '../../../runtime/observability/log.ts';

function told(...argv: string[]): unknown[] {
  const lines: unknown[] = [];
  const note = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
  const log: Log = { debug() {}, info: note('info'), warn: note('warn'), error: note('error'), child: () => log };
  tellSettings(parseSettings(argv, { AWS_REGION: 'us-west-2' }, ['Model']), log);
  return lines;
}

test('nothing is told of a plain command line', () => {
  expect(told('--enable-leader-election', '--log-level', 'warn')).toEqual([]);
});

test('what has no effect, what is not as it seems and what is not there are a line each', () => {
  const lines = told('--enable-webhook-server', 'true', 'serve', '--enable-carm=false');
  expect(lines).toEqual([
    ['info', { flags: ['enable-webhook-server'] }, 'These flags have no effect here'],
    [
      'warn',
      {
        settings: [expect.stringContaining('"true" after --enable-webhook-server'), expect.stringContaining('"serve"')],
      },
      'Parts of the command line are not what they may seem',
    ],
    [
      'warn',
      { settings: [expect.stringContaining('--enable-carm=false')] },
      'These settings ask for what this controller does not do',
    ],
  ]);
});
