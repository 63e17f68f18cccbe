// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '../nearest-name.ts';
import { parseListenAddress } from '../observability/listen-address.ts';
import type { Settings } from '../settings.ts';
import { featureGates, flagTable } from './flag-table.ts';
import { type FlagTexts, parseFlags } from './parse-flags.ts';
import { checkLabelSelector, parseBoolean, parseDuration, parseInteger, parseList, parsePair } from './parse-text.ts';
import { SettingsError } from './settings-error.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Merges flags, environment and defaults, in that order, and checks them as ACK does, more strictly where ACK would go on with
 * something else than what was written. `kinds` are the kinds that this controller has. Throws {@link SettingsError}.
 */
export function parseSettings(argv: readonly string[], env: Environment, kinds: readonly string[]): Settings {
  const read = createReader(parseFlags(argv, flagTable), env);
  const settings: Settings = {
    ...readAws(read, env),
    ...readScope(read, kinds),
    ...readPace(read, kinds),
    kubeconfig: read.one('kubeconfig', (text) => (text === '' ? undefined : text)),
    enableLeaderElection: read.one('enable-leader-election', parseBoolean),
    leaderElectionNamespace: read.one('leader-election-namespace', (text) => (text === '' ? '' : namespaceName(text))),
    logLevel: read.one('log-level', logLevel),
    enableDevelopmentLogging: read.one('enable-development-logging', parseBoolean),
    metricsAddr: read.one('metrics-addr', listenAddress),
    healthzAddr: read.one('healthz-addr', listenAddress),
    ignoredFlags: flagTable.filter((flag) => flag.ignored && read.given(flag.name)).map((flag) => flag.name),
  };
  if (settings.featureGates.get('IAMRoleSelector')) {
    throw new SettingsError(
      "the feature gate IAMRoleSelector is not supported yet: objects would be created with the controller's own role instead of the selectors'; leave it off",
    );
  }
  return settings;
}

type AwsSettings =
  | 'awsRegion'
  | 'awsEndpointUrl'
  | 'awsIdentityEndpointUrl'
  | 'allowUnsafeAwsEndpointUrls'
  | 'httpClientTimeoutMs'
  | 'resourceTags'
  | 'enableCarm'
  | 'featureGates'
  | 'systemNamespace';

function readAws(read: Reader, env: Environment): Pick<Settings, AwsSettings> {
  const allowUnsafeAwsEndpointUrls = read.one('allow-unsafe-aws-endpoint-urls', parseBoolean);
  const url = (text: string): string | undefined => endpointUrl(text, allowUnsafeAwsEndpointUrls);
  return {
    awsRegion: read.one('aws-region', region),
    awsEndpointUrl: read.one('aws-endpoint-url', url),
    awsIdentityEndpointUrl: read.one('aws-identity-endpoint-url', url),
    allowUnsafeAwsEndpointUrls,
    httpClientTimeoutMs: read.one('http-client-timeout', parseDuration),
    resourceTags: read.list('resource-tags', resourceTag).flatMap((tag) => (tag === undefined ? [] : [tag])),
    enableCarm: read.one('enable-carm', parseBoolean),
    featureGates: new Map([...featureGates, ...read.list('feature-gates', featureGate)]),
    systemNamespace: env['ACK_SYSTEM_NAMESPACE'] || env['K8S_NAMESPACE'] || 'ack-system',
  };
}

type ScopeSettings =
  | 'reconcileResources'
  | 'watchNamespaces'
  | 'watchSelectors'
  | 'enableCrossNamespace'
  | 'enableFieldExportReconciler'
  | 'deletionPolicy';

function readScope(read: Reader, kinds: readonly string[]): Pick<Settings, ScopeSettings> {
  return {
    reconcileResources: read.unique('reconcile-resources', (text) => knownKind(text, kinds)),
    watchNamespaces: read.unique('watch-namespace', namespaceName),
    watchSelectors: read.one('watch-selectors', checkLabelSelector),
    enableCrossNamespace: read.one('enable-cross-namespace', parseBoolean),
    enableFieldExportReconciler: read.one('enable-field-export-reconciler', parseBoolean),
    deletionPolicy: read.one('deletion-policy', deletionPolicy),
  };
}

type PaceSettings =
  | 'reconcileDefaultResyncSeconds'
  | 'reconcileResourceResyncSeconds'
  | 'reconcileDefaultMaxConcurrentSyncs'
  | 'reconcileResourceMaxConcurrentSyncs';

function readPace(read: Reader, kinds: readonly string[]): Pick<Settings, PaceSettings> {
  const perKind = (text: string): [kind: string, value: number] => {
    const [kind, value] = parsePair(text);
    // ACK's own match of these is partly regardless of case.
    const same = kinds.find((known) => known.toLowerCase() === kind.toLowerCase());
    return [same ?? knownKind(kind, kinds), parseInteger(value, 1)];
  };
  return {
    reconcileDefaultResyncSeconds: read.one('reconcile-default-resync-seconds', (text) => parseInteger(text, 0)),
    reconcileResourceResyncSeconds: new Map(read.each('reconcile-resource-resync-seconds', perKind)),
    reconcileDefaultMaxConcurrentSyncs: read.optional('reconcile-default-max-concurrent-syncs', (text) =>
      parseInteger(text, 1),
    ),
    reconcileResourceMaxConcurrentSyncs: new Map(read.each('reconcile-resource-max-concurrent-syncs', perKind)),
  };
}

/** Reads single flags; every RangeError of a `parse` becomes a {@link SettingsError} that names the flag. */
interface Reader {
  given(name: string): boolean;
  /** The last occurrence, else the environment, else the default. */
  one<T>(name: string, parse: (text: string) => T): T;
  /** Undefined when the flag is absent. */
  optional<T>(name: string, parse: (text: string) => T): T | undefined;
  /** Every occurrence. */
  each<T>(name: string, parse: (text: string) => T): T[];
  /** Every comma-separated value of every occurrence. */
  list<T>(name: string, parse: (text: string) => T): T[];
  /** {@link list}, and none of them twice. */
  unique(name: string, parse: (text: string) => string): string[];
}

function createReader(texts: FlagTexts, env: Environment): Reader {
  const defaults = new Map(flagTable.map((flag) => [flag.name, (flag.env && env[flag.env]) ?? flag.default ?? '']));
  const parsed = <T>(name: string, parse: (text: string) => T, text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof RangeError) {
        throw new SettingsError(`--${name}: ${error.message}`);
      }
      throw error;
    }
  };
  const reader: Reader = {
    given: (name) => texts.has(name),
    one: (name, parse) => parsed(name, parse, texts.get(name)?.at(-1) ?? defaults.get(name) ?? ''),
    optional: (name, parse) => (texts.has(name) ? reader.one(name, parse) : undefined),
    each: (name, parse) => (texts.get(name) ?? []).map((text) => parsed(name, parse, text)),
    list(name, parse) {
      const given = texts.get(name) ?? [defaults.get(name) ?? ''];
      return given.flatMap((text) => parsed(name, parseList, text)).map((text) => parsed(name, parse, text));
    },
    unique(name, parse) {
      const values = reader.list(name, parse);
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice !== undefined) {
        throw new SettingsError(`--${name}: ${JSON.stringify(twice)} stands there twice`);
      }
      return values;
    },
  };
  return reader;
}

function region(text: string): string {
  if (text === '') {
    throw new SettingsError('no AWS region: set --aws-region or the environment variable AWS_REGION');
  }
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) {
    throw new RangeError(`${JSON.stringify(text)} is not a region like us-west-2`);
  }
  return text;
}

function endpointUrl(text: string, allowUnsafe: boolean): string | undefined {
  if (text === '') {
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new RangeError(`${JSON.stringify(text)} is not a URL like https://api.sagemaker.us-west-2.amazonaws.com`);
  }
  if (url.protocol !== 'https:' && !allowUnsafe) {
    throw new RangeError(`${JSON.stringify(text)} is not https; --allow-unsafe-aws-endpoint-urls permits it`);
  }
  return text;
}

/** Undefined for a tag that ACK skips: one without a key or a value. */
function resourceTag(text: string): { key: string; value: string } | undefined {
  const [key, value] = parsePair(text);
  return key.trim() === '' || value.trim() === '' ? undefined : { key: key.trim(), value: value.trim() };
}

function featureGate(text: string): [name: string, on: boolean] {
  const [name, on] = parsePair(text);
  if (!featureGates.has(name)) {
    throw new RangeError(`${JSON.stringify(name)} is not a feature gate${suggest(name, featureGates.keys())}`);
  }
  return [name, parseBoolean(on)];
}

function knownKind(text: string, kinds: readonly string[]): string {
  if (!kinds.includes(text)) {
    throw new RangeError(`${JSON.stringify(text)} is not a kind of this controller${suggest(text, kinds)}`);
  }
  return text;
}

function suggest(name: string, known: Iterable<string>): string {
  const names = [...known];
  const nearest = nearestName(name, names);
  return nearest === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${nearest}?`;
}

function namespaceName(text: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) {
    throw new RangeError(`${JSON.stringify(text)} is not a namespace name: lower-case letters, digits and - only`);
  }
  return text;
}

function deletionPolicy(text: string): 'delete' | 'retain' {
  if (text !== 'delete' && text !== 'retain') {
    throw new RangeError(`${JSON.stringify(text)} is neither delete nor retain`);
  }
  return text;
}

function logLevel(text: string): Settings['logLevel'] {
  const level = text.toLowerCase() || 'info';
  switch (level) {
    case 'debug':
    case 'info':
    case 'warn':
    case 'error':
    case 'fatal':
      return level;
    case 'dpanic':
    case 'panic':
      // zap's levels between error and fatal.
      return 'fatal';
    default:
      throw new RangeError(`${JSON.stringify(text)} is not one of debug, info, warn, error, dpanic, panic, fatal`);
  }
}

function listenAddress(text: string): string {
  parseListenAddress(text);
  return text;
}
