// SPDX-License-Identifier: Apache-2.0
import type { ResourceModel } from '../resource-model.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const name: Schema = { type: 'string', minLength: 1 };
const flag: Schema = { type: 'boolean' };
const objects: Schema = { type: 'array', items: { type: 'object' } };
const anything: Schema = { type: 'object' };
const textMap: Schema = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };
const quantities: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };
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

/** Those of them that ACK's chart does not have. */
export function ownValues(): string[] {
  return Object.keys(ownProperties);
}

function ackProperties(kinds: readonly string[]): Schema {
  // The flags behind take a kind in any case; which are kinds, the templates say.
  const numberPerKind = { type: 'object', additionalProperties: integer(1) };
  return {
    image,
    nameOverride: text,
    fullnameOverride: text,
    deployment,
    role: section({ labels: textMap, readNamespaces: flag, aggregate: flag }),
    metrics,
    resources: section({ requests: quantities, limits: quantities, claims: objects }),
    aws,
    log: section({
      enable_development_logging: flag,
      level: { enum: ['debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal'] },
    }),
    installScope: { enum: ['cluster', 'namespace'] },
    watchNamespace: { type: 'string', pattern: `^(${namespaces}(,${namespaces})*)?$` },
    watchSelectors: text,
    resourceTags: { type: 'array', items: { type: 'string', pattern: '^[^=]+=[^=]*$' } },
    deletionPolicy: { enum: ['delete', 'retain'] },
    reconcile: section({
      defaultResyncPeriod: integer(0),
      resourceResyncPeriods: numberPerKind,
      defaultMaxConcurrentSyncs: integer(0),
      resourceMaxConcurrentSyncs: numberPerKind,
      resources: { type: 'array', uniqueItems: true, items: { enum: kinds } },
    }),
    serviceAccount: section({ create: flag, name: text, annotations: textMap }),
    leaderElection: section({ enabled: flag, namespace: text }),
    enableCARM: flag,
    enableCrossNamespace: flag,
    featureGates: section({
      ServiceLevelCARM: flag,
      TeamLevelCARM: flag,
      ReadOnlyResources: flag,
      ResourceAdoption: flag,
      IAMRoleSelector: flag,
      IgnoreFieldDrift: flag,
    }),
  };
}

const image = section({
  repository: name,
  tag: { type: ['string', 'number'] },
  digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  pullSecrets: { type: 'array', items: { anyOf: [name, { ...section({ name }), required: ['name'] }] } },
});

const deployment = section({
  annotations: textMap,
  labels: textMap,
  containerPort: { type: 'integer', minimum: 1, maximum: 65535 },
  replicas: integer(0),
  nodeSelector: textMap,
  tolerations: objects,
  affinity: anything,
  priorityClassName: text,
  hostNetwork: flag,
  dnsPolicy: { enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] },
  strategy: anything,
  extraVolumes: objects,
  extraVolumeMounts: objects,
  extraEnvVars: {
    type: 'array',
    items: { ...section({ name, value: text, valueFrom: anything }), required: ['name'] },
  },
});

const metrics = section({
  service: section({ create: flag, type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] } }),
  serviceMonitor: section({
    create: flag,
    labels: textMap,
    interval: { type: 'string', pattern: '^([0-9]+(ms|s|m|h))+$' },
  }),
  prometheusRule: section({ create: flag, labels: textMap }),
  dashboard: section({ create: flag, labels: textMap }),
});

const aws = section({
  region: { type: 'string', pattern: '^[a-z0-9-]*$' },
  endpoint_url: url,
  identity_endpoint_url: url,
  allow_unsafe_aws_endpoint_urls: flag,
  credentials: section({ secretName: text, secretKey: text, profile: text }),
});

const ownProperties = {
  crds: section({ upgrade: flag }),
  podDisruptionBudget: section({ create: flag, maxUnavailable: { type: ['integer', 'string'] } }),
  networkPolicy: section({ create: flag, ingressFrom: objects, extraEgress: objects }),
  proxy: section({ httpProxy: text, httpsProxy: text, noProxy: text }),
  caBundle: section({ configMapName: text, key: name }),
};

function section(properties: Schema): Schema {
  return { type: 'object', additionalProperties: false, properties };
}

function integer(minimum: number): Schema {
  return { type: 'integer', minimum };
}
