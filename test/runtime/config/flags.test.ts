// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Flag, flagTable, obsoleteFlags } from '../../../runtime/config/flag-table.ts';
import { parseSettings } from '../../../runtime/config/flags.ts';
import { flagUsage, helpText } from '../../../runtime/config/help-text.ts';
import { SettingsError } from '../../../runtime/config/settings-error.ts';
import type { Settings } from '../../../runtime/settings.ts';

const kinds = ['TrainingJob', 'Model', 'EndpointConfig', 'Endpoint'];
const env = { AWS_REGION: 'us-west-2' };
const tag = (key: string, value: string) => ({ key, value });
const parse = (...argv: string[]): Settings => parseSettings(argv, env, kinds);

describe('settings', () => {
  test("without flags are ACK's defaults, and ours for the number of workers", () => {
    const { featureGates, ...settings } = parse();
    expect(settings).toEqual({
      metricsAddr: '0.0.0.0:8080',
      healthzAddr: '0.0.0.0:8081',
      enableLeaderElection: false,
      leaderElectionNamespace: '',
      leaderElectionId: '',
      enableCarm: true,
      enableDevelopmentLogging: false,
      logLevel: 'info',
      awsRegion: 'us-west-2',
      awsEndpointUrl: undefined,
      awsIdentityEndpointUrl: undefined,
      allowUnsafeAwsEndpointUrls: false,
      httpClientTimeoutMs: 60_000,
      resourceTags: [
        { key: 'services.k8s.aws/controller-version', value: '%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%' },
        { key: 'services.k8s.aws/namespace', value: '%K8S_NAMESPACE%' },
      ],
      watchNamespaces: [],
      watchSelectors: '',
      deletionPolicy: 'delete',
      reconcileDefaultResyncSeconds: 0,
      reconcileResourceResyncSeconds: new Map(),
      reconcileDefaultMaxConcurrentSyncs: undefined,
      reconcileResourceMaxConcurrentSyncs: new Map(),
      reconcileResources: [],
      kubeconfig: undefined,
      ignoredFlags: [],
      warnings: [],
    });
    expect([...featureGates].filter(([, on]) => on).map(([name]) => name)).toEqual([
      'ResourceAdoption',
      'ReadOnlyResources',
    ]);
  });

  const accepted: readonly (readonly [string, string[], Partial<Settings>])[] = [
    ['a value after =', ['--aws-region=eu-west-1'], { awsRegion: 'eu-west-1' }],
    ['a value as the next word', ['--aws-region', 'eu-west-1'], { awsRegion: 'eu-west-1' }],
    ['the last of two', ['--log-level=warn', '--log-level', 'error'], { logLevel: 'error' }],
    [
      'a boolean alone',
      ['--enable-leader-election', '--log-level=warn'],
      { enableLeaderElection: true, logLevel: 'warn' },
    ],
    [
      'a boolean with =',
      ['--enable-carm=false', '--enable-leader-election=0'],
      { enableCarm: false, enableLeaderElection: false },
    ],
    ['a value that is no word', ['--watch-selectors', '!x'], { watchSelectors: '!x' }],
    [
      'an empty value',
      ['--aws-endpoint-url', '', '--watch-namespace='],
      { awsEndpointUrl: undefined, watchNamespaces: [] },
    ],
    [
      'a value with = in it',
      ['--watch-selectors=app=web,tier in (a, b),!old'],
      { watchSelectors: 'app=web,tier in (a, b),!old' },
    ],
    ['no tags', ['--resource-tags', ''], { resourceTags: [] }],
    [
      'tags, added up over occurrences',
      ['--resource-tags=a=1,b = 2 ', '--resource-tags', 'c=3'],
      { resourceTags: [tag('a', '1'), tag('b', '2'), tag('c', '3')] },
    ],
    ['a tag with a comma, quoted', ['--resource-tags="a=1,2",b=3'], { resourceTags: [tag('a', '1,2'), tag('b', '3')] }],
    ['namespaces', ['--watch-namespace=a,b-2'], { watchNamespaces: ['a', 'b-2'] }],
    ['kinds', ['--reconcile-resources=Model,Endpoint'], { reconcileResources: ['Model', 'Endpoint'] }],
    [
      'seconds by kind, whatever the case',
      ['--reconcile-resource-resync-seconds=Model=60', '--reconcile-resource-resync-seconds', 'ENDPOINT=30'],
      {
        reconcileResourceResyncSeconds: new Map([
          ['Model', 60],
          ['Endpoint', 30],
        ]),
      },
    ],
    [
      'workers',
      ['--reconcile-default-max-concurrent-syncs=1', '--reconcile-resource-max-concurrent-syncs=Model=4'],
      { reconcileDefaultMaxConcurrentSyncs: 1, reconcileResourceMaxConcurrentSyncs: new Map([['Model', 4]]) },
    ],
    ['durations', ['--http-client-timeout=1m30.5s'], { httpClientTimeoutMs: 90_500 }],
    ['no time limit', ['--http-client-timeout=0'], { httpClientTimeoutMs: 0 }],
    ['an https endpoint', ['--aws-endpoint-url=https://x.example'], { awsEndpointUrl: 'https://x.example' }],
    [
      'an http endpoint when permitted',
      ['--aws-identity-endpoint-url=http://127.0.0.1:1', '--allow-unsafe-aws-endpoint-urls'],
      { awsIdentityEndpointUrl: 'http://127.0.0.1:1' },
    ],
    ["zap's levels", ['--log-level=DPANIC'], { logLevel: 'fatal' }],
    ['an empty log level', ['--log-level='], { logLevel: 'info' }],
    ['a disabled server', ['--metrics-addr=0', '--healthz-addr=:9090'], { metricsAddr: '0', healthzAddr: ':9090' }],
    ['retain', ['--deletion-policy=retain'], { deletionPolicy: 'retain' }],
    [
      'what has no effect, noted',
      ['--enable-webhook-server', '--webhook-server-addr=:1', '--enable-cross-namespace=0'],
      { ignoredFlags: ['enable-webhook-server', 'webhook-server-addr', 'enable-cross-namespace'] },
    ],
    [
      'what has no effect and asks for no more than the default, in silence',
      ['--enable-webhook-server=false', '--enable-cross-namespace', '--enable-field-export-reconciler=T'],
      { ignoredFlags: [] },
    ],
    ['a kubeconfig', ['--kubeconfig=/tmp/k'], { kubeconfig: '/tmp/k' }],
  ];
  test.each(accepted)('take %s', (_name, argv, settings) => {
    expect(parse(...argv)).toMatchObject(settings);
  });

  const refused: readonly (readonly [string, string[], string])[] = [
    [
      'an unknown flag, naming the nearest',
      ['--aws-regoin=x'],
      '--aws-regoin is not a flag of this controller; did you mean --aws-region?',
    ],
    [
      'a flag like no other',
      ['--frobnicate'],
      '--frobnicate is not a flag of this controller; see --help for all of them',
    ],
    ['a flag with one dash', ['-aws-region=x'], '"-aws-region=x" is not a flag: flags take two dashes, --aws-region'],
    ['a dash with what is no name', ['-5'], '"-5" is not a flag: flags take two dashes, --name=value'],
    [
      'a word that was to be a task',
      ['--kubeconfig=/tmp/k', 'apply-crd'],
      '"apply-crd" is not a flag; did you mean the task apply-crds? It stands before all flags',
    ],
    ['a missing value', ['--log-level'], '--log-level needs a value, as in --log-level=VALUE'],
    ['a boolean that is none', ['--enable-carm=maybe'], '--enable-carm: "maybe" is neither true nor false'],
    [
      'an unknown kind, naming the nearest',
      ['--reconcile-resources=Model,TrainingJobs'],
      '--reconcile-resources: "TrainingJobs" is not a kind of this controller; did you mean TrainingJob?',
    ],
    [
      'a kind in another case',
      ['--reconcile-resources=model'],
      '--reconcile-resources: "model" is not a kind of this controller; did you mean Model?',
    ],
    [
      'a comma too many among kinds',
      ['--reconcile-resources=Model,'],
      '--reconcile-resources: "Model," has an empty item: a comma too many, or a name too few',
    ],
    [
      'a comma too many among namespaces',
      ['--watch-namespace=a,,b'],
      '--watch-namespace: "a,,b" has an empty item: a comma too many, or a name too few',
    ],
    [
      'a comma too many among gates',
      ['--feature-gates=ReadOnlyResources=true,'],
      '--feature-gates: "ReadOnlyResources=true," has an empty item: a comma too many, or a name too few',
    ],
    ['a kind twice', ['--reconcile-resources=Model,Model'], '--reconcile-resources: "Model" stands there twice'],
    [
      'an unknown kind in a pair',
      ['--reconcile-resource-resync-seconds=Pod=3'],
      '--reconcile-resource-resync-seconds: "Pod" is not a kind of this controller; there are TrainingJob, Model, EndpointConfig, Endpoint',
    ],
    [
      'a pair without =',
      ['--reconcile-resource-resync-seconds=Model'],
      '--reconcile-resource-resync-seconds: "Model" is not of the form name=value',
    ],
    [
      'no seconds',
      ['--reconcile-resource-resync-seconds=Model=0'],
      '--reconcile-resource-resync-seconds: "0" is not a whole number from 1 up',
    ],
    [
      'negative seconds',
      ['--reconcile-default-resync-seconds=-1'],
      '--reconcile-default-resync-seconds: "-1" is not a whole number from 0 up',
    ],
    [
      'no workers',
      ['--reconcile-default-max-concurrent-syncs=0'],
      '--reconcile-default-max-concurrent-syncs: "0" is not a whole number from 1 up',
    ],
    [
      'a number with letters',
      ['--reconcile-default-max-concurrent-syncs=1e3'],
      '--reconcile-default-max-concurrent-syncs: "1e3" is not a whole number from 1 up',
    ],
    [
      'a number with digits of another base',
      ['--reconcile-default-resync-seconds=08'],
      '--reconcile-default-resync-seconds: "08" is not a whole number from 0 up',
    ],
    [
      'a number with a line too many',
      ['--reconcile-default-resync-seconds=1__0'],
      '--reconcile-default-resync-seconds: "1__0" is not a whole number from 0 up',
    ],
    [
      'a number beyond 32 bits',
      ['--reconcile-default-resync-seconds=0x80000000'],
      '--reconcile-default-resync-seconds: "0x80000000" is not a whole number from 0 up',
    ],
    [
      'a number of a kind that is not decimal, as ACK does',
      ['--reconcile-resource-resync-seconds=Model=0x10'],
      '--reconcile-resource-resync-seconds: "0x10" is not a whole number from 1 up',
    ],
    [
      'an open quote',
      ['--resource-tags="a=b'],
      '--resource-tags: "\\"a=b" has a quote that is not closed or in the wrong place',
    ],
    [
      'a Lease with a capital',
      ['--leader-election-id=Mine'],
      '--leader-election-id: "Mine" is not the name of a Lease: lower-case letters, digits, - and . only',
    ],
    [
      'a namespace with a blank',
      ['--watch-namespace=a, b'],
      '--watch-namespace: " b" is not a namespace name: lower-case letters, digits and - only',
    ],
    [
      'a selector that is none',
      ['--watch-selectors=a=b=c'],
      '--watch-selectors: "a=b=c" is not a label selector like app=web,tier!=test',
    ],
    [
      'a selector with an open bracket',
      ['--watch-selectors=a in (b'],
      '--watch-selectors: "a in (b" is not a label selector like app=web,tier!=test',
    ],
    [
      'a selector that compares with what is no number',
      ['--watch-selectors=a>b'],
      '--watch-selectors: "a>b" is not a label selector like app=web,tier!=test',
    ],
    [
      'a duration without unit',
      ['--http-client-timeout=60'],
      '--http-client-timeout: "60" is not a duration like 60s or 1m30s',
    ],
    [
      'a negative duration',
      ['--http-client-timeout=-1s'],
      '--http-client-timeout: "-1s" is not a duration like 60s or 1m30s',
    ],
    [
      'an http endpoint',
      ['--aws-endpoint-url=http://x'],
      '--aws-endpoint-url: "http://x" is not https; --allow-unsafe-aws-endpoint-urls permits it',
    ],
    [
      'an endpoint that is no URL',
      ['--aws-endpoint-url=x.example'],
      '--aws-endpoint-url: "x.example" is not a URL like https://api.sagemaker.us-west-2.amazonaws.com',
    ],
    [
      'an address without port',
      ['--metrics-addr=8080'],
      '--metrics-addr: "8080" is not an address like 0.0.0.0:8080 or :8080 (0 disables)',
    ],
    ['a policy that is none', ['--deletion-policy=keep'], '--deletion-policy: "keep" is neither delete nor retain'],
    [
      'an unknown gate',
      ['--feature-gates=IAMRoleSelectors=true'],
      '--feature-gates: "IAMRoleSelectors" is not a feature gate; did you mean IAMRoleSelector?',
    ],
    [
      'a gate whose feature is not there, since what it is for would be done by the wrong role',
      ['--feature-gates=IAMRoleSelector=true', '--enable-carm=false'],
      "the feature gate IAMRoleSelector is not supported yet: objects would be created with the controller's own role instead of the selectors'; leave it off",
    ],
    [
      'an unexpanded variable',
      ['--aws-region=$(AWS_REGION)'],
      '--aws-region: "$(AWS_REGION)" is not a region like us-west-2',
    ],
    [
      'no boolean, without effect or not',
      ['--enable-field-export-reconciler=maybe'],
      '--enable-field-export-reconciler: "maybe" is neither true nor false',
    ],
    ['an empty region', ['--aws-region='], 'no AWS region: set --aws-region or the environment variable AWS_REGION'],
  ];
  test.each(refused)('refuse %s', (_name, argv, message) => {
    expect(() => parse(...argv)).toThrow(new SettingsError(message));
  });

  test('refuse to guess a region', () => {
    expect(() => parseSettings([], {}, kinds)).toThrow('no AWS region');
  });

  test("take what ACK's Helm chart passes", () => {
    const settings = parse(
      ...['--aws-region', 'us-west-2', '--aws-endpoint-url', '', '--log-level', 'info'],
      ...['--resource-tags', 'app.kubernetes.io/managed-by=%MANAGED_BY%,kro.run/kro-version=%KRO_VERSION%'],
      ...['--watch-namespace', '', '--watch-selectors', '', '--reconcile-resources', 'Model,Endpoint'],
      ...['--deletion-policy', 'delete', '--enable-leader-election', '--leader-election-namespace', ''],
      ...['--reconcile-default-resync-seconds', '36000', '--reconcile-default-max-concurrent-syncs', '1'],
      ...['--enable-carm=true', '--feature-gates', 'ServiceLevelCARM=false,TeamLevelCARM=true'],
    );
    expect(settings).toMatchObject({ enableLeaderElection: true, reconcileDefaultResyncSeconds: 36_000 });
    expect(settings.featureGates.get('TeamLevelCARM')).toBe(true);
  });
});

describe('help', () => {
  test('shows every flag with what it says, in lines that fit', () => {
    const text = helpText('controller');
    for (const flag of flagTable) expect(text).toContain(`  ${flagUsage(flag)}`);
    const tooLong = text.split('\n').filter((line) => line.length > 100 && !line.includes('%CONTROLLER_VERSION%'));
    expect(tooLong).toEqual([]);
  });

  test('docs/flags.md has every flag as the table has it', () => {
    const file = path.resolve(import.meta.dirname, '../../../docs/flags.md');
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `--'));
    expect(rows).toEqual(flagTable.map(documentedRow));
  });

  test('does not show what only early versions of ACK had, and docs/flags.md does', () => {
    const file = path.resolve(import.meta.dirname, '../../../docs/flags.md');
    const items = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('- `--'));
    expect(items).toEqual(obsoleteFlags.map(({ name, help }) => `- \`--${name}\` ${help}`));
    for (const { name } of obsoleteFlags) expect(helpText('controller')).not.toContain(name);
  });
});

function documentedRow(flag: Flag): string {
  const standard = flag.env === undefined ? (flag.default ?? '') : `$${flag.env}`;
  return `| \`${flagUsage(flag)}\` | ${standard === '' ? '' : `\`${standard}\``} | ${flag.help} |`;
}
