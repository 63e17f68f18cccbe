// SPDX-License-Identifier: Apache-2.0
import { chooseRunning, describeRunning } from './choose-running.ts';
import type { RunningEnvironment } from './running.ts';

const environment = (name: string): RunningEnvironment => ({
  name,
  directory: `/tmp/${name}`,
  kubeconfigPath: 'k',
  kubectlPath: undefined,
  processes: [
    { name: 'etcd', pid: 7, startedAt: 'then' },
    { name: 'kube-apiserver', pid: 8, startedAt: 'then' },
  ],
});

const both = [environment('control-plane'), environment('quickstart')];

test.each<readonly [string, string[], string[]]>([
  ['everything without a name', [], ['control-plane', 'quickstart']],
  ['one by its name', ['quickstart'], ['quickstart']],
  ['several, each once', ['quickstart', 'control-plane', 'quickstart'], ['control-plane', 'quickstart']],
])('down ends %s', (_what, names, expected) => {
  expect(chooseRunning(both, names).map(({ name }) => name)).toEqual(expected);
});

test('a name of nothing ends nothing and says what there is', () => {
  expect(() => chooseRunning(both, ['quickstart', 'other'])).toThrow('no other is up; up: control-plane, quickstart');
  expect(() => chooseRunning([], ['quickstart'])).toThrow('no quickstart is up; nothing is');
});

test('what is ended is told by its directory and processes', () => {
  expect(describeRunning(environment('quickstart'))).toBe(
    'quickstart in /tmp/quickstart: etcd (7), kube-apiserver (8)',
  );
});
