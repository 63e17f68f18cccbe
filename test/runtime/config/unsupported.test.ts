// SPDX-License-Identifier: Apache-2.0
import { parseSettings } from '../../../runtime/config/flags.ts';
import { unsupportedSettings } from '../../../runtime/config/unsupported.ts';

const unsupported = (...argv: string[]): string[] =>
  unsupportedSettings(parseSettings(argv, { AWS_REGION: 'us-west-2' }, ['Model']));

test('of ACK’s defaults nothing is told', () => {
  expect(unsupported()).toEqual([]);
  expect(
    unsupported(
      '--enable-carm=true',
      '--feature-gates=TeamLevelCARM=false,ServiceLevelCARM=false,IAMRoleSelector=false,ReadOnlyResources=true',
    ),
  ).toEqual([]);
});

test('what asks to be without what is not there is told nothing', () => {
  expect(unsupported('--enable-cross-namespace=false', '--enable-field-export-reconciler=false')).toEqual([]);
});

test.each([
  ['--enable-carm=false'],
  ['--feature-gates=TeamLevelCARM=true'],
  ['--feature-gates=ServiceLevelCARM=true'],
  ['--feature-gates=IgnoreFieldDrift=true'],
])('%s is told by its name', (flag) => {
  const [sentence, ...others] = unsupported(flag);
  expect(sentence?.startsWith(`${flag.replace('--feature-gates=', '')}: `)).toBe(true);
  expect(others).toEqual([]);
});
