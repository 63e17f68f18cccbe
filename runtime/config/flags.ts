// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '../nearest-name.ts';
import { parseListenAddress } from '../observability/listen-address.ts';
import type { Settings } from '../settings.ts';
import { type Flag, featureGates, flagTable } from './flag-table.ts';
import { type CommandLine, parseFlags } from './parse-flags.ts';
import { parseTags } from './parse-tags.ts';
import {
  checkLabelSelector,
  parseBoolean,
  parseDecimal,
  parseDuration,
  parseInteger,
  parseList,
  parsePair,
} from './parse-text.ts';
import { SettingsError } from './settings-error.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Merges flags, environment and defaults, in that order, and reads them as ACK does. What ACK passes over in silence becomes one of the
 * settings' warnings. `kinds` are the kinds that this controller has. Throws {@link SettingsError}.
 */
export function parseSettings(argv: readonly string[], env: Environment, kinds: readonly string[]): Settings {
  const read = createReader(parseFlags(argv), env);
  const settings: Settings = {
    ...readAws(read),
    ...readScope(read, kinds),
    ...readPace(read, kinds),
    kubeconfig: read.one('kubeconfig', (text) => (text === '' ? undefined : text)),
    enableLeaderElection: read.one('enable-leader-election', parseBoolean),
    leaderElectionNamespace: read.one('leader-election-namespace', (text) => (text === '' ? '' : namespaceName(text))),
    leaderElectionId: read.one('leader-election-id', (text) => (text === '' ? '' : leaseName(text))),
    logLevel: read.one('log-level', logLevel),
    enableDevelopmentLogging: read.one('enable-development-logging', parseBoolean),
    metricsAddr: read.one('metrics-addr', listenAddress),
    healthzAddr: read.one('healthz-addr', listenAddress),
    ignoredFlags: flagTable.filter((flag) => flag.ignored && isChanged(read, flag)).map((flag) => flag.name),
    warnings: read.warnings,
  };
  if (settings.featureGates.get('IAMRoleSelector')) {
    throw new SettingsError(
      "the feature gate IAMRoleSelector is not supported yet: objects would be created with the controller's own role instead of the selectors'; leave it off",
    );
  }
  return settings;
}

/** Whether the flag is given and says something else than its default. */
function isChanged(read: Reader, { name, type, default: standard = '' }: Flag): boolean {
  const isOther = (text: string): boolean =>
    type === 'boolean' ? parseBoolean(text) !== parseBoolean(standard) : text !== standard;
  return read.optional(name, isOther) ?? false;
}

type AwsSettings =
  | 'awsRegion'
  | 'awsEndpointUrl'
  | 'awsIdentityEndpointUrl'
  | 'allowUnsafeAwsEndpointUrls'
  | 'httpClientTimeoutMs'
  | 'resourceTags'
  | 'enableCarm'
  | 'featureGates';

function readAws(read: Reader): Pick<Settings, AwsSettings> {
  const allowUnsafeAwsEndpointUrls = read.one('allow-unsafe-aws-endpoint-urls', parseBoolean);
  const url = (text: string): string | undefined => endpointUrl(text, allowUnsafeAwsEndpointUrls);
  return {
    awsRegion: read.one('aws-region', region),
    awsEndpointUrl: read.one('aws-endpoint-url', url),
    awsIdentityEndpointUrl: read.one('aws-identity-endpoint-url', url),
    allowUnsafeAwsEndpointUrls,
    httpClientTimeoutMs: read.one('http-client-timeout', parseDuration),
    resourceTags: read.all('resource-tags', parseTags),
    enableCarm: read.one('enable-carm', parseBoolean),
    featureGates: new Map([...featureGates, ...read.one('feature-gates', parseFeatureGates)]),
  };
}

type ScopeSettings = 'reconcileResources' | 'watchNamespaces' | 'watchSelectors' | 'deletionPolicy';

function readScope(read: Reader, kinds: readonly string[]): Pick<Settings, ScopeSettings> {
  return {
    reconcileResources: read.one('reconcile-resources', (text) =>
      unique(parseList(text.trim()).map((kind) => knownKind(kind.trim(), kinds))),
    ),
    watchNamespaces: read.one('watch-namespace', (text) => unique(parseList(text).map(namespaceName))),
    watchSelectors: read.one('watch-selectors', checkLabelSelector),
    deletionPolicy: read.one('deletion-policy', deletionPolicy),
  };
}

type PaceSettings =
  | 'reconcileDefaultResyncSeconds'
  | 'reconcileResourceResyncSeconds'
  | 'reconcileDefaultMaxConcurrentSyncs'
  | 'reconcileResourceMaxConcurrentSyncs';

function readPace(read: Reader, kinds: readonly string[]): Pick<Settings, PaceSettings> {
  return {
    reconcileDefaultResyncSeconds: read.one('reconcile-default-resync-seconds', (text) => parseInteger(text, 0)),
    reconcileResourceResyncSeconds: read.all('reconcile-resource-resync-seconds', (texts, warn) =>
      numbersByKind(texts, kinds, 'last', warn),
    ),
    reconcileDefaultMaxConcurrentSyncs: read.optional('reconcile-default-max-concurrent-syncs', (text) =>
      parseInteger(text, 1),
    ),
    reconcileResourceMaxConcurrentSyncs: read.all('reconcile-resource-max-concurrent-syncs', (texts, warn) =>
      numbersByKind(texts, kinds, 'first', warn),
    ),
  };
}

/** Adds a sentence to {@link Settings.warnings}. */
type Warn = (sentence: string) => void;

/**
 * Reads single flags; every RangeError of a `parse` becomes a {@link SettingsError} that names the flag, and so does what it warns
 * of.
 */
interface Reader {
  /** The last occurrence, else the environment, else the default. */
  one<T>(name: string, parse: (text: string, warn: Warn) => T): T;
  /** Undefined when the flag is absent. */
  optional<T>(name: string, parse: (text: string, warn: Warn) => T): T | undefined;
  /** Every occurrence, else the default if the flag has one. */
  all<T>(name: string, parse: (texts: readonly string[], warn: Warn) => T): T;
  /** Grows as flags are read. */
  readonly warnings: readonly string[];
}

function createReader({ texts, warnings: atFirst }: CommandLine, env: Environment): Reader {
  const defaults = new Map(flagTable.map((flag) => [flag.name, (flag.env && env[flag.env]) ?? flag.default]));
  const warnings = [...atFirst];
  const parsed = <T, Text>(name: string, parse: (text: Text, warn: Warn) => T, text: Text): T => {
    try {
      return parse(text, (sentence) => warnings.push(`--${name}: ${sentence}`));
    } catch (error) {
      if (error instanceof RangeError) {
        throw new SettingsError(`--${name}: ${error.message}`);
      }
      throw error;
    }
  };
  const reader: Reader = {
    warnings,
    one: (name, parse) => parsed(name, parse, texts.get(name)?.at(-1) ?? defaults.get(name) ?? ''),
    optional: (name, parse) => (texts.has(name) ? reader.one(name, parse) : undefined),
    all(name, parse) {
      const standard = defaults.get(name);
      return parsed(name, parse, texts.get(name) ?? (standard === undefined ? [] : [standard]));
    },
  };
  return reader;
}

/** One number a kind, by texts `Kind=number`; `counts` says which of several of one kind does, in ACK too. */
function numbersByKind(
  texts: readonly string[],
  kinds: readonly string[],
  counts: 'first' | 'last',
  warn: Warn,
): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const text of texts) {
    const [name, number] = parsePair(text);
    // ACK's own match of these is partly regardless of case.
    const kind = kinds.find((known) => known.toLowerCase() === name.toLowerCase()) ?? knownKind(name, kinds);
    const value = parseDecimal(number, 1);
    const before = numbers.get(kind);
    const chosen = before !== undefined && counts === 'first' ? before : value;
    numbers.set(kind, chosen);
    if (before !== undefined && before !== value) {
      warn(`${kind} has ${before} and ${value}; the ${counts} counts, which is ${chosen}`);
    }
  }
  return numbers;
}

function unique(values: string[]): string[] {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) {
    throw new RangeError(`${JSON.stringify(twice)} stands there twice`);
  }
  return values;
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

function parseFeatureGates(text: string): [name: string, on: boolean][] {
  return parseList(text.trim()).map((item) => {
    const [before, on] = parsePair(item);
    const name = before.trim();
    if (!featureGates.has(name)) {
      throw new RangeError(`${JSON.stringify(name)} is not a feature gate${suggest(name, featureGates.keys())}`);
    }
    return [name, parseBoolean(on.trim())];
  });
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

function leaseName(text: string): string {
  if (text.length > 253 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text)) {
    throw new RangeError(
      `${JSON.stringify(text)} is not the name of a Lease: lower-case letters, digits, - and . only`,
    );
  }
  return text;
}

function deletionPolicy(text: string): 'delete' | 'retain' {
  if (text !== 'delete' && text !== 'retain') {
    throw new RangeError(`${JSON.stringify(text)} is neither delete nor retain`);
  }
  return text;
}

/** What is no level is info, as with ACK; other than there it is told, and `warning` is what it says. */
function logLevel(text: string, warn: Warn): Settings['logLevel'] {
  const level = text.toLowerCase() || 'info';
  switch (level) {
    case 'debug':
    case 'info':
    case 'warn':
    case 'error':
    case 'fatal':
      return level;
    case 'warning':
      return 'warn';
    case 'dpanic':
    case 'panic':
      // zap's levels between error and fatal.
      return 'fatal';
    default:
      warn(`${JSON.stringify(text)} is not a level, so info is used; there are debug, info, warn, error and fatal`);
      return 'info';
  }
}

function listenAddress(text: string): string {
  parseListenAddress(text);
  return text;
}
