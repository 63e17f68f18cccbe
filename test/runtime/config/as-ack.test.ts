// SPDX-License-Identifier: Apache-2.0
//
// Command lines that ACK's controller runs with, and what both make of them. What ACK passes over in silence is told here.
import { parseSettings } from '../../../runtime/config/flags.ts';
import { asksFor } from '../../../runtime/config/parse-flags.ts';
import type { Settings } from '../../../runtime/settings.ts';

const parse = (...argv: string[]): Settings =>
  parseSettings(argv, { AWS_REGION: 'us-west-2' }, ['TrainingJob', 'Model', 'Endpoint']);

describe('without a word', () => {
  const read: readonly (readonly [string, string[], Partial<Settings>])[] = [
    ['the last of two namespaces', ['--watch-namespace=a,b', '--watch-namespace=c'], { watchNamespaces: ['c'] }],
    ['all namespaces after one', ['--watch-namespace=a', '--watch-namespace='], { watchNamespaces: [] }],
    [
      'the last of two lists of kinds',
      ['--reconcile-resources=Model', '--reconcile-resources=Endpoint'],
      { reconcileResources: ['Endpoint'] },
    ],
    ['the last of two selectors', ['--watch-selectors=a=b', '--watch-selectors=c'], { watchSelectors: 'c' }],
    [
      'kinds with blanks',
      ['--reconcile-resources', ' Model, Endpoint '],
      { reconcileResources: ['Model', 'Endpoint'] },
    ],
    ['no kinds', ['--reconcile-resources', ''], { reconcileResources: [] }],
    ['blanks for kinds', ['--reconcile-resources', ' '], { reconcileResources: [] }],
    ['a selector by more', ['--watch-selectors=tier>3'], { watchSelectors: 'tier>3' }],
    ['a selector by less', ['--watch-selectors=a < 5,b'], { watchSelectors: 'a < 5,b' }],
    ['a selector of blanks', ['--watch-selectors', ' \t'], { watchSelectors: '' }],
    ['octal as in C', ['--reconcile-default-resync-seconds=010'], { reconcileDefaultResyncSeconds: 8 }],
    ['octal', ['--reconcile-default-resync-seconds=0o10'], { reconcileDefaultResyncSeconds: 8 }],
    ['hexadecimal', ['--reconcile-default-max-concurrent-syncs=0X1f'], { reconcileDefaultMaxConcurrentSyncs: 31 }],
    ['binary', ['--reconcile-default-max-concurrent-syncs=0b11'], { reconcileDefaultMaxConcurrentSyncs: 3 }],
    ['a number in groups', ['--reconcile-default-resync-seconds=+36_000'], { reconcileDefaultResyncSeconds: 36_000 }],
    [
      "a kind's number, which is decimal",
      ['--reconcile-resource-resync-seconds=Model=010'],
      { reconcileResourceResyncSeconds: new Map([['Model', 10]]) },
    ],
    [
      'tags with items left empty',
      ['--resource-tags=a=1,, ,b=2,', '--resource-tags='],
      {
        resourceTags: [
          { key: 'a', value: '1' },
          { key: 'b', value: '2' },
        ],
      },
    ],
    ['the later of two tags', ['--resource-tags=a=1,a=2'], { resourceTags: [{ key: 'a', value: '2' }] }],
    ['a line feed after tags', ['--resource-tags', 'a=1\n'], { resourceTags: [{ key: 'a', value: '1' }] }],
    ['a level in capitals', ['--log-level=Warn'], { logLevel: 'warn' }],
    ['a warning level by its long name', ['--log-level=WARNING'], { logLevel: 'warn' }],
    ['a value that looks like a flag', ['--leader-election-namespace', 'false'], { leaderElectionNamespace: 'false' }],
    ['nothing after --', ['--log-level=warn', '--'], { logLevel: 'warn' }],
  ];
  test.each(read)('reads %s', (_name, argv, settings) => {
    expect(parse(...argv)).toMatchObject({ ...settings, warnings: [] });
  });

  test('reads feature gates with blanks, and of two lists the last', () => {
    const { featureGates, warnings } = parse(
      '--feature-gates=TeamLevelCARM=true',
      '--feature-gates= ServiceLevelCARM = true , ReadOnlyResources=false',
    );
    const changed = ['TeamLevelCARM', 'ServiceLevelCARM', 'ReadOnlyResources'].map((name) => featureGates.get(name));
    expect([changed, warnings]).toEqual([[false, true, false], []]);
    expect(parse('--feature-gates', ' ').warnings).toEqual([]);
  });
});

describe('with a warning', () => {
  const told: readonly (readonly [string, string[], Partial<Settings>, string])[] = [
    [
      'a boolean with its value apart',
      ['--enable-development-logging', 'false', '--log-level', 'warn'],
      { enableDevelopmentLogging: true, logLevel: 'warn' },
      '"false" after --enable-development-logging is not its value and has no effect, as with ACK: the flag alone means true; write --enable-development-logging=false',
    ],
    [
      'a boolean with true apart',
      ['--enable-leader-election', 'true'],
      { enableLeaderElection: true },
      '"true" after --enable-leader-election is not its value and has no effect, as with ACK: the flag alone means true; write --enable-leader-election=true',
    ],
    [
      'a boolean with nothing apart',
      ['--enable-leader-election', ''],
      { enableLeaderElection: true },
      '"" after --enable-leader-election is not its value and has no effect, as with ACK: the flag alone means true; write --enable-leader-election=false',
    ],
    [
      'a word alone',
      ['serve', '--log-level=warn'],
      { logLevel: 'warn' },
      '"serve" belongs to no flag and has no effect',
    ],
    ['a dash', ['-', '--log-level=warn'], { logLevel: 'warn' }, '"-" belongs to no flag and has no effect'],
    [
      'a word after a boolean that has its value',
      ['--enable-carm=false', 'true'],
      { enableCarm: false },
      '"true" belongs to no flag and has no effect',
    ],
    [
      'what stands after --',
      ['--log-level=warn', '--', '--log-level=debug', 'apply-crds', '--frobnicate'],
      { logLevel: 'warn' },
      'what stands after -- has no effect: "--log-level=debug", "apply-crds", "--frobnicate"',
    ],
    [
      'a level that is none',
      ['--log-level=trace'],
      { logLevel: 'info' },
      '--log-level: "trace" is not a level, so info is used; there are debug, info, warn, error and fatal',
    ],
    [
      'a tag without =',
      ['--resource-tags=a,b=2'],
      { resourceTags: [{ key: 'b', value: '2' }] },
      '--resource-tags: "a" has no = and is skipped; a tag is written key=value',
    ],
    [
      'a tag without key',
      ['--resource-tags= =1,b=2'],
      { resourceTags: [{ key: 'b', value: '2' }] },
      '--resource-tags: " =1" has no key and is skipped; a tag is written key=value',
    ],
    [
      'a tag without value',
      ['--resource-tags="a=","b=2"'],
      { resourceTags: [{ key: 'b', value: '2' }] },
      '--resource-tags: "a=" has no value and is skipped; a tag is written key=value',
    ],
    [
      'a second line of tags',
      ['--resource-tags', '\na=1\nb=2\n'],
      { resourceTags: [{ key: 'a', value: '1' }] },
      '--resource-tags: only the first line is read, not "b=2"',
    ],
    [
      'seconds of one kind twice: the last',
      ['--reconcile-resource-resync-seconds=Model=60', '--reconcile-resource-resync-seconds=Model=30'],
      { reconcileResourceResyncSeconds: new Map([['Model', 30]]) },
      '--reconcile-resource-resync-seconds: Model has 60 and 30; the last counts, which is 30',
    ],
    [
      'workers of one kind twice: the first',
      ['--reconcile-resource-max-concurrent-syncs=Model=2', '--reconcile-resource-max-concurrent-syncs=Model=4'],
      { reconcileResourceMaxConcurrentSyncs: new Map([['Model', 2]]) },
      '--reconcile-resource-max-concurrent-syncs: Model has 2 and 4; the first counts, which is 2',
    ],
    [
      'the account of early versions',
      ['--aws-account-id', '111122223333', '--log-level=warn'],
      { logLevel: 'warn' },
      '--aws-account-id, a flag of early versions of ACK, has no effect: the account is that of the credentials',
    ],
    [
      'the port of early versions',
      ['--bind-port=9443'],
      {},
      '--bind-port, a flag of early versions of ACK, has no effect: it was the port of webhooks, and there are none',
    ],
    [
      'the namespace of early versions',
      ['--watch-namespace=b', '--listen-namespace', 'a'],
      { watchNamespaces: ['a'] },
      '--listen-namespace, a flag of early versions of ACK, is read as --watch-namespace',
    ],
  ];
  test.each(told)('reads %s', (_name, argv, settings, warning) => {
    expect(parse(...argv)).toMatchObject({ ...settings, warnings: [warning] });
  });
});

test('a tag may have = in its value, which ACK drops', () => {
  const { resourceTags, warnings } = parse('--resource-tags=a=b=c, q ==');
  expect([resourceTags, warnings]).toEqual([
    [
      { key: 'a', value: 'b=c' },
      { key: 'q', value: '=' },
    ],
    [],
  ]);
});

test("ACK's kustomize Deployment starts as it does with ACK", () => {
  const settings = parse(
    ...['--aws-region', 'us-west-2', '--aws-endpoint-url', '', '--enable-development-logging', 'false'],
    ...['--log-level', 'info', '--resource-tags', 'a=%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%'],
    ...['--watch-namespace', '', '--enable-leader-election', 'false', '--leader-election-namespace', ''],
  );
  expect(settings).toMatchObject({ enableDevelopmentLogging: true, enableLeaderElection: true, watchNamespaces: [] });
  expect(settings.warnings).toHaveLength(2);
});

test.each([
  [['--log-level=warn', '-h'], true],
  [['--help'], true],
  [['--version'], false],
  [['--', '--help'], false],
])('%j asks for help: %s', (argv, expected) => {
  expect(asksFor(argv, '--help', '-h')).toBe(expected);
});
