// SPDX-License-Identifier: Apache-2.0

/**
 * How a flag's text is read.
 *
 * - `boolean`: alone it means true; a value needs `=`.
 * - `list`: comma-separated; of several occurrences the last counts, as of every flag below which nothing else is said.
 * - `tags`: comma-separated as in a line of CSV, and repeatable: the occurrences add up.
 * - `pairs`: one `Kind=number` an occurrence, repeatable.
 * - `duration`: as Go writes them, `1m30s`.
 */
export type FlagType = 'boolean' | 'string' | 'integer' | 'duration' | 'list' | 'tags' | 'pairs';

/** One flag. */
export interface Flag {
  readonly name: string;
  readonly type: FlagType;
  readonly group: FlagGroup;
  /** As it would be written on the command line; absent where not giving the flag means something of its own. */
  readonly default?: string;
  /** The environment variable that is read when the flag is absent. */
  readonly env?: string;
  /** One sentence without the final full stop. */
  readonly help: string;
  /** Accepted because ACK has or had it; it changes nothing here. */
  readonly ignored?: true;
}

/** The headings of `--help`. */
export type FlagGroup =
  | 'AWS'
  | 'What is reconciled'
  | 'How it is reconciled'
  | 'Kubernetes'
  | 'Observability'
  | 'Accepted, without effect';

/** ACK's name for the tags that are put on what is created; `%…%` is expanded for each object. */
const defaultTags =
  'services.k8s.aws/controller-version=%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%,services.k8s.aws/namespace=%K8S_NAMESPACE%';

/** Every flag, by the heading it stands under: ACK's by ACK's names and defaults, and a few of our own. */
export const flagTable: readonly Flag[] = [
  {
    name: 'aws-region',
    type: 'string',
    group: 'AWS',
    env: 'AWS_REGION',
    help: 'Region of every object that neither itself nor its namespace names one for; required',
  },
  {
    name: 'aws-endpoint-url',
    type: 'string',
    group: 'AWS',
    default: '',
    help: "URL of the service's API instead of AWS's own",
  },
  {
    name: 'aws-identity-endpoint-url',
    type: 'string',
    group: 'AWS',
    default: '',
    help: 'URL of STS, for the question at start which account this is and, unlike in ACK, for the exchange of a web identity (IRSA)',
  },
  {
    name: 'allow-unsafe-aws-endpoint-urls',
    type: 'boolean',
    group: 'AWS',
    default: 'false',
    help: 'Allow endpoint URLs that are not https',
  },
  {
    name: 'http-client-timeout',
    type: 'duration',
    group: 'AWS',
    default: '60s',
    help: 'Longest time for one request to AWS; 0 is no limit',
  },
  {
    name: 'resource-tags',
    type: 'tags',
    group: 'AWS',
    default: defaultTags,
    help: 'Tags, key=value, put on what is created; empty for none',
  },
  {
    name: 'enable-carm',
    type: 'boolean',
    group: 'AWS',
    default: 'true',
    help: 'Not there yet: the roles of ack-role-account-map; objects of namespaces of other accounts are refused',
  },
  {
    name: 'feature-gates',
    type: 'list',
    group: 'AWS',
    default: '',
    help: 'Features to switch, Name=true or Name=false',
  },
  {
    name: 'reconcile-resources',
    type: 'list',
    group: 'What is reconciled',
    default: '',
    help: 'Kinds to reconcile; empty for all',
  },
  {
    name: 'watch-namespace',
    type: 'list',
    group: 'What is reconciled',
    default: '',
    help: 'Namespaces to watch; empty for all',
  },
  {
    name: 'watch-selectors',
    type: 'string',
    group: 'What is reconciled',
    default: '',
    help: 'Label selector that objects must match; empty for all',
  },
  {
    name: 'deletion-policy',
    type: 'string',
    group: 'How it is reconciled',
    default: 'delete',
    help: 'What deleting an object does to AWS: delete or retain',
  },
  {
    name: 'reconcile-default-resync-seconds',
    type: 'integer',
    group: 'How it is reconciled',
    default: '0',
    help: 'Seconds between looks at a settled object of a kind without a period of its own, which goes first as in ACK; 0 is ten hours',
  },
  {
    name: 'reconcile-resource-resync-seconds',
    type: 'pairs',
    group: 'How it is reconciled',
    help: 'The same for one kind, Kind=seconds, whether or not it has a period of its own',
  },
  {
    name: 'reconcile-default-max-concurrent-syncs',
    type: 'integer',
    group: 'How it is reconciled',
    help: 'Objects of one kind worked on at one time; 50 when absent (ACK: 1)',
  },
  {
    name: 'reconcile-resource-max-concurrent-syncs',
    type: 'pairs',
    group: 'How it is reconciled',
    help: 'The same for one kind, Kind=number',
  },
  {
    name: 'kubeconfig',
    type: 'string',
    group: 'Kubernetes',
    default: '',
    help: 'Kubeconfig file; without it KUBECONFIG, else the service account of the pod',
  },
  {
    name: 'enable-leader-election',
    type: 'boolean',
    group: 'Kubernetes',
    default: 'false',
    help: 'Insist on the Lease: do not run where it cannot be held. Without the flag it is held where permitted',
  },
  {
    name: 'leader-election-namespace',
    type: 'string',
    group: 'Kubernetes',
    default: '',
    help: "Namespace of the Lease; empty for the pod's own",
  },
  {
    name: 'leader-election-id',
    type: 'string',
    group: 'Kubernetes',
    default: '',
    help: "Name of the Lease; empty for ACK's, which one controller of a namespace holds at a time",
  },
  {
    name: 'log-level',
    type: 'string',
    group: 'Observability',
    default: 'info',
    help: 'Lowest level that is logged: debug, info, warn, error or fatal; dpanic and panic count as fatal',
  },
  {
    name: 'enable-development-logging',
    type: 'boolean',
    group: 'Observability',
    default: 'false',
    help: 'Log lines for people instead of JSON, from level debug',
  },
  {
    name: 'metrics-addr',
    type: 'string',
    group: 'Observability',
    default: '0.0.0.0:8080',
    help: 'Address of /metrics; 0 disables it',
  },
  {
    name: 'healthz-addr',
    type: 'string',
    group: 'Observability',
    default: '0.0.0.0:8081',
    help: 'Address of /healthz and /readyz; 0 disables them',
  },
  { name: 'help', type: 'boolean', group: 'Observability', default: 'false', help: 'Print this and exit' },
  { name: 'version', type: 'boolean', group: 'Observability', default: 'false', help: 'Print the version and exit' },
  {
    name: 'enable-webhook-server',
    type: 'boolean',
    group: 'Accepted, without effect',
    default: 'false',
    ignored: true,
    help: 'There are no webhooks: rules are in the CRDs',
  },
  {
    name: 'webhook-server-addr',
    type: 'string',
    group: 'Accepted, without effect',
    default: '0.0.0.0:9433',
    ignored: true,
    help: 'As above',
  },
  {
    name: 'aws-endpoint-use-path-style',
    type: 'boolean',
    group: 'Accepted, without effect',
    default: 'false',
    ignored: true,
    help: 'For S3 alone',
  },
  {
    name: 'enable-adopted-resource-reconciler',
    type: 'boolean',
    group: 'Accepted, without effect',
    default: 'false',
    ignored: true,
    help: 'AdoptedResource is gone from ACK; the annotation services.k8s.aws/adoption-policy takes its place',
  },
  {
    name: 'enable-cross-namespace',
    type: 'boolean',
    group: 'Accepted, without effect',
    default: 'true',
    ignored: true,
    help: 'Not there yet: references between objects, of whatever namespace',
  },
  {
    name: 'enable-field-export-reconciler',
    type: 'boolean',
    group: 'Accepted, without effect',
    default: 'true',
    ignored: true,
    help: 'Not there yet: FieldExport objects are not served',
  },
];

/** A flag that only early versions of ACK had. It is accepted with a warning, and `--help` does not show it. */
export interface ObsoleteFlag extends Pick<Flag, 'name' | 'type'> {
  /** The flag of today that it is read as; without one it has no effect. */
  readonly means?: string;
  /** What the warning says after the name: one sentence without the final full stop. */
  readonly help: string;
}

/** What command lines of early versions of ACK may still have. */
export const obsoleteFlags: readonly ObsoleteFlag[] = [
  { name: 'aws-account-id', type: 'string', help: 'has no effect: the account is that of the credentials' },
  { name: 'bind-port', type: 'integer', help: 'has no effect: it was the port of webhooks, and there are none' },
  { name: 'listen-namespace', type: 'list', means: 'watch-namespace', help: 'is read as --watch-namespace' },
];

/** What the program does instead of running the controller, by the first word of its command line. */
export const tasks = ['apply-crds', 'probe'] as const;

/** ACK's feature gates, and whether each is on by default. */
export const featureGates: ReadonlyMap<string, boolean> = new Map([
  ['ResourceAdoption', true],
  ['ReadOnlyResources', true],
  ['TeamLevelCARM', false],
  ['ServiceLevelCARM', false],
  ['IAMRoleSelector', false],
  ['IgnoreFieldDrift', false],
]);
