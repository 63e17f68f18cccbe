// SPDX-License-Identifier: Apache-2.0
import type { ResourceModel } from '../resource-model.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const name: Schema = { type: 'string', minLength: 1 };
const flag: Schema = { type: 'boolean' };
/** One that the templates print and never ask: as a text it means the same. */
const printedFlag: Schema = { enum: [true, false, 'true', 'false'] };
const objects: Schema = { type: 'array', items: { type: 'object' } };
const anything: Schema = { type: 'object' };
// Null is what YAML makes of a value that was left empty; the templates leave it out.
const pairs: Schema = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } };
const quantities: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };
// Of versions of ACK's chart that are gone; NOTES say that they have no effect.
const obsolete: Schema = {};
/** A number of pods, or a share of them. */
const count: Schema = { type: ['integer', 'string'] };
const url: Schema = { type: 'string', pattern: '^(https?://.+)?$' };
const namespaces = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';

/**
 * `helm/values.schema.json`. A section refuses what it does not know, so that a typo in a known place is an error; the top level stays
 * open for umbrella charts and `global`, and NOTES name what is unknown there.
 */
export function emitValuesSchema(app: string, resources: readonly ResourceModel[]): string {
  const kinds = resources.map(({ kind }) => kind).sort();
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Values of the chart of ${app}`,
    type: 'object',
    properties: { ...ackProperties(kinds), ...ownProperties },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The names at the top level of the values, `image` to `caBundle`. */
export function knownValues(): string[] {
  return [...Object.keys(ackProperties([])), ...Object.keys(ownProperties)];
}

/** Those of {@link knownValues} that ACK's chart does not have. */
export function ownValues(): string[] {
  return Object.keys(ownProperties);
}

/** Paths of values that older charts of ACK had and that have no effect any more, two keys each. */
export function obsoleteValues(): string[] {
  return Object.entries({ aws, reconcile: reconcile([]) }).flatMap(([key, { properties }]) =>
    Object.entries(properties as Schema).flatMap(([name, schema]) => (schema === obsolete ? [`${key}.${name}`] : [])),
  );
}

function ackProperties(kinds: readonly string[]): Schema {
  return {
    image,
    nameOverride: text,
    fullnameOverride: text,
    deployment,
    role: section({ labels: pairs, readNamespaces: flag, aggregate: flag }),
    metrics,
    resources: section({ requests: quantities, limits: quantities, claims: objects }),
    aws,
    log: section({
      enable_development_logging: flag,
      // The controller says which are levels, and runs at info with another, as ACK does.
      level: text,
    }),
    installScope: { enum: ['cluster', 'namespace'] },
    watchNamespace: { type: 'string', pattern: `^(${namespaces}( *, *${namespaces})*)?$` },
    watchSelectors: text,
    resourceTags: { type: 'array', items: { type: 'string', pattern: '^$|=' } },
    deletionPolicy: { enum: ['delete', 'retain'] },
    reconcile: reconcile(kinds),
    serviceAccount: section({ create: flag, name: text, annotations: pairs }),
    leaderElection: section({ enabled: flag, namespace: text }),
    enableCARM: flag,
    enableCrossNamespace: flag,
    featureGates: section({
      ServiceLevelCARM: printedFlag,
      TeamLevelCARM: printedFlag,
      ReadOnlyResources: printedFlag,
      ResourceAdoption: printedFlag,
      IAMRoleSelector: printedFlag,
      IgnoreFieldDrift: printedFlag,
    }),
  };
}

const image = section({
  repository: name,
  tag: { type: ['string', 'number'] },
  digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  pullSecrets: { type: 'array', items: { anyOf: [text, { ...section({ name }), required: ['name'] }] } },
});

const deployment = section({
  annotations: pairs,
  labels: pairs,
  containerPort: integer(1, 65535),
  replicas: integer(0),
  nodeSelector: pairs,
  tolerations: { anyOf: [objects, { type: 'object', maxProperties: 0 }] },
  affinity: anything,
  priorityClassName: text,
  hostNetwork: printedFlag,
  dnsPolicy: { enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None', ''] },
  strategy: anything,
  extraVolumes: objects,
  extraVolumeMounts: objects,
  extraEnvVars: {
    type: 'array',
    items: { ...section({ name, value: text, valueFrom: anything }), required: ['name'] },
  },
  topologySpreadConstraints: objects,
  // The controller itself takes 7 s to end what is in flight, and some more to tell of it.
  terminationGracePeriodSeconds: integer(10),
  podSecurityContext: anything,
  containerSecurityContext: anything,
});

const metrics = section({
  service: section({ create: flag, type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] }, name: text }),
  serviceMonitor: section({
    create: flag,
    labels: pairs,
    interval: { type: 'string', pattern: '^([0-9]+(ms|s|m|h))+$' },
  }),
  prometheusRule: section({ create: flag, labels: pairs }),
  dashboard: section({ create: flag, labels: pairs }),
});

const aws = section({
  region: { type: 'string', pattern: '^[a-z0-9-]*$' },
  endpoint_url: url,
  identity_endpoint_url: url,
  allow_unsafe_aws_endpoint_urls: flag,
  credentials: section({ secretName: text, secretKey: text, profile: text }),
  account_id: obsolete,
  accountId: obsolete,
  oidcProvider: obsolete,
  endpoint: obsolete,
});

const ownProperties = {
  crds: section({ upgrade: flag }),
  podDisruptionBudget: section({ create: flag, maxUnavailable: count, minAvailable: count }),
  networkPolicy: section({ create: flag, ingressFrom: objects, extraEgress: objects }),
  proxy: section({ httpProxy: text, httpsProxy: text, noProxy: text }),
  caBundle: section({ configMapName: text, key: name }),
};

function reconcile(kinds: readonly string[]): Schema {
  // The flags behind take a kind in any case; which are kinds, the templates say.
  const numberPerKind = { type: 'object', additionalProperties: integer(1) };
  return section({
    defaultResyncPeriod: integer(0),
    resourceResyncPeriods: numberPerKind,
    defaultMaxConcurrentSyncs: integer(0),
    resourceMaxConcurrentSyncs: numberPerKind,
    defaultMaxConcurentSyncs: obsolete,
    resources: { type: 'array', uniqueItems: true, items: { enum: [...kinds, ''] } },
  });
}

function section(properties: Schema): Schema {
  return { type: 'object', additionalProperties: false, properties };
}

/** Also as a text, as `--set-string` and tools that know only texts give it; a text is bounded by its length alone. */
function integer(minimum: number, maximum?: number): Schema {
  const bounds = maximum === undefined ? { minimum } : { minimum, maximum };
  const digits = maximum === undefined ? '*' : `{0,${String(maximum).length - 1}}`;
  const first = minimum < 10 ? '' : '[0-9]';
  const pattern = minimum === 0 ? '^[0-9]+$' : `^[1-9]${first}[0-9]${digits}$`;
  return {
    anyOf: [
      { type: 'integer', ...bounds },
      { type: 'string', pattern },
    ],
  };
}
