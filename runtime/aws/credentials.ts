// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import type { Settings } from '../settings.ts';
import { CREDENTIALS_SOURCE, CredentialsFailure } from './convert-failure.ts';
import { type SharedHttpHandler, withRequestLimit } from './http-handler.ts';
import { TimeIsUp, within } from './time-limit.ts';

/** Credentials as the SDK's clients take them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Answers credentials, each time anew or from its memory. Throws {@link CredentialsFailure}. */
export type CredentialsProvider = () => Promise<Credentials>;

/** Where credentials come from. */
export interface CredentialsSource {
  /**
   * Goes up when the credentials in use were found worthless; clients made under a lower number are to be made again.
   */
  readonly generation: number;
  /**
   * The controller's own: the SDK's default chain (environment, profile, web identity, Pod Identity, instance role).
   */
  readonly own: CredentialsProvider;
  /** Forgets what was loaded under this generation, so that files and tokens are read again. */
  invalidate(generation: number): void;
}

/** Options of {@link createCredentialsSource}. */
export interface CredentialsOptions {
  readonly settings: Pick<Settings, 'awsRegion' | 'awsIdentityEndpointUrl'>;
  readonly requestHandler: SharedHttpHandler;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long STS may take for one request; the SDK makes three of them. */
const STS_MS = 10_000;
/** How long all of the chain may take: agents of containers and instances, and processes that a profile names, have no limit of ours. */
const CHAIN_MS = 45_000;

/**
 * Makes a {@link CredentialsSource}. STS is asked where AWS has it, or where `--aws-identity-endpoint-url` says, never
 * where `--aws-endpoint-url` has the service; AWS's own `AWS_ENDPOINT_URL` variables hold for it as for every service.
 * The SDK's providers are loaded when they are first needed.
 */
export function createCredentialsSource(options: CredentialsOptions): CredentialsSource {
  let generation = 0;
  let isAgain = false;
  let chain: CredentialsProvider | undefined;
  let asking: Promise<Credentials> | undefined;

  const ask = async (): Promise<Credentials> => {
    try {
      chain ??= await loadChain(options, isAgain);
      isAgain = true;
      return await within(options.clock, CHAIN_MS, CREDENTIALS_SOURCE, chain());
    } catch (cause) {
      // Whoever asks the SDK's chain again while it waits would wait for the same answer.
      if (cause instanceof TimeIsUp) chain = undefined;
      throw new CredentialsFailure(`no usable AWS credentials were found${reasonOf(cause)}`, { cause });
    }
  };

  // All who wait, wait for one answer, and no longer than the one that asked first.
  const own: CredentialsProvider = () => {
    if (asking) return asking;
    const asked = ask().finally(() => {
      if (asking === asked) asking = undefined;
    });
    asking = asked;
    return asked;
  };

  return {
    get generation() {
      return generation;
    },
    own,
    invalidate(of) {
      if (of !== generation) return;
      generation += 1;
      chain = undefined;
      asking = undefined;
    },
  };
}

/** What all of the SDK's STS clients are given. */
export function stsClientConfig(options: CredentialsOptions, region: string): object {
  const { settings, requestHandler, clock, log } = options;
  return {
    region,
    requestHandler: withRequestLimit(requestHandler, clock, STS_MS),
    logger: sdkLogger(log),
    ...(settings.awsIdentityEndpointUrl ? { endpoint: settings.awsIdentityEndpointUrl } : {}),
  };
}

/** The SDK's own warnings, without its debugging. */
export function sdkLogger(log: Log): {
  debug(): void;
  info(): void;
  warn(text: unknown): void;
  error(): void;
} {
  return {
    debug() {},
    info() {},
    warn: (text) => log.warn({ detail: String(text).trim() }, 'The AWS SDK warns'),
    error() {},
  };
}

function reasonOf(cause: unknown): string {
  if (cause instanceof TimeIsUp) return `: ${cause.message}`;
  const says = cause instanceof Error && cause.name !== 'CredentialsProviderError';
  return says ? `: ${cause.name}: ${cause.message}` : '';
}

async function loadChain(options: CredentialsOptions, again: boolean): Promise<CredentialsProvider> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return fromNodeProviderChain({
    clientConfig: stsClientConfig(options, options.settings.awsRegion),
    logger: sdkLogger(options.log),
    ignoreCache: again,
  });
}
