// SPDX-License-Identifier: Apache-2.0

/** The container of an ACK installation, as far as its image has a say in it. */
export interface AckContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const tags =
  'services.k8s.aws/controller-version=%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%,services.k8s.aws/namespace=%K8S_NAMESPACE%';

/** A flag and, as the next word, the variable that holds its value: how ACK's manifests write most of theirs. */
function flag(name: string, variable: string): string[] {
  return [`--${name}`, `$(${variable})`];
}

const common = [
  ...flag('aws-region', 'AWS_REGION'),
  ...flag('aws-endpoint-url', 'AWS_ENDPOINT_URL'),
  ...flag('log-level', 'ACK_LOG_LEVEL'),
  ...flag('resource-tags', 'ACK_RESOURCE_TAGS'),
  ...flag('watch-namespace', 'ACK_WATCH_NAMESPACE'),
  ...flag('leader-election-namespace', 'LEADER_ELECTION_NAMESPACE'),
];
const commonEnv = {
  ACK_SYSTEM_NAMESPACE: 'ack-system',
  AWS_REGION: 'us-west-2',
  AWS_ENDPOINT_URL: '',
  ACK_WATCH_NAMESPACE: '',
  ACK_LOG_LEVEL: 'info',
  ACK_RESOURCE_TAGS: tags,
  LEADER_ELECTION_NAMESPACE: 'ack-system',
};

/** What ACK's chart (1.9, everything switched on) and ACK's kustomize tree run. */
export const ackContainers: Readonly<Record<'chart' | 'kustomize tree', AckContainer>> = {
  chart: {
    command: ['./bin/controller'],
    args: [
      ...common,
      ...flag('aws-identity-endpoint-url', 'AWS_IDENTITY_ENDPOINT_URL'),
      '--allow-unsafe-aws-endpoint-urls',
      ...flag('watch-selectors', 'ACK_WATCH_SELECTORS'),
      ...flag('reconcile-resources', 'RECONCILE_RESOURCES'),
      ...flag('deletion-policy', 'DELETION_POLICY'),
      '--enable-leader-election',
      ...flag('reconcile-default-resync-seconds', 'RECONCILE_DEFAULT_RESYNC_SECONDS'),
      ...flag('reconcile-resource-resync-seconds', 'RECONCILE_RESOURCE_RESYNC_SECONDS_MODEL'),
      ...flag('reconcile-default-max-concurrent-syncs', 'RECONCILE_DEFAULT_MAX_CONCURRENT_SYNCS'),
      ...flag('reconcile-resource-max-concurrent-syncs', 'RECONCILE_RESOURCE_MAX_CONCURRENT_SYNCS_MODEL'),
      ...flag('feature-gates', 'FEATURE_GATES'),
      '--enable-carm=true',
      '--enable-cross-namespace=true',
    ],
    env: {
      ...commonEnv,
      AWS_IDENTITY_ENDPOINT_URL: '',
      ACK_WATCH_SELECTORS: '',
      RECONCILE_RESOURCES: 'Model,TrainingJob',
      DELETION_POLICY: 'delete',
      RECONCILE_DEFAULT_RESYNC_SECONDS: '36000',
      RECONCILE_RESOURCE_RESYNC_SECONDS_MODEL: 'Model=600',
      RECONCILE_DEFAULT_MAX_CONCURRENT_SYNCS: '1',
      RECONCILE_RESOURCE_MAX_CONCURRENT_SYNCS_MODEL: 'Model=2',
      FEATURE_GATES:
        'IAMRoleSelector=false,ReadOnlyResources=true,ResourceAdoption=true,ServiceLevelCARM=false,TeamLevelCARM=false',
    },
  },
  'kustomize tree': {
    command: ['./bin/controller'],
    args: [
      ...common,
      '--enable-development-logging=$(ACK_ENABLE_DEVELOPMENT_LOGGING)',
      '--enable-leader-election=$(ENABLE_LEADER_ELECTION)',
    ],
    env: { ...commonEnv, ACK_ENABLE_DEVELOPMENT_LOGGING: 'false', ENABLE_LEADER_ELECTION: 'false' },
  },
};

/** The words of a container's command as the kubelet makes them of what its manifest says. */
export function wordsOf({ command, args, env }: AckContainer): string[] {
  return [...command, ...args].map((word) => word.replace(/\$\((\w+)\)/g, (whole, name) => env[name] ?? whole));
}

/** Namespace and Deployment of ACK's kustomize tree. */
export function ackTree(): object[] {
  const name = 'ack-sagemaker-controller';
  const labels = { 'app.kubernetes.io/name': name };
  const { command, args, env } = ackContainers['kustomize tree'];
  const container = {
    name: 'controller',
    image: 'public.ecr.aws/aws-controllers-k8s/sagemaker-controller:1.9.1',
    command,
    args,
    env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
    ports: [{ name: 'http', containerPort: 8080 }],
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ack-system' } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'ack-system', labels: { ...labels, 'app.kubernetes.io/part-of': 'ack-system' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } },
      },
    },
  ];
}
