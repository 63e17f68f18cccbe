// SPDX-License-Identifier: Apache-2.0
import type { Log } from '../observability/log.ts';
import type { Settings } from '../settings.ts';
import { CredentialsFailure } from './convert-failure.ts';
import type { SharedHttpHandler } from './http-handler.ts';

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
  readonly log: Log;
}

/**
 * Makes a {@link CredentialsSource}. STS is asked where AWS has it, or where `--aws-identity-endpoint-url` says, never
 * where `--aws-endpoint-url` has the service; AWS's own `AWS_ENDPOINT_URL` variables hold for it as for every service.
 * The SDK's providers are loaded when they are first needed.
 */
export function createCredentialsSource(options: CredentialsOptions): CredentialsSource {
  let generation = 0;
  let chain: Promise<CredentialsProvider> | undefined;

  const own: CredentialsProvider = async () => {
    try {
      chain ??= loadChain(options, generation > 0);
      return await (await chain)();
    } catch (cause) {
      const found = cause instanceof Error && cause.name !== 'CredentialsProviderError';
      const reason = found ? `: ${cause.name}: ${cause.message}` : '';
      throw new CredentialsFailure(`no usable AWS credentials were found${reason}`, { cause });
    }
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
    },
  };
}

/** What all of the SDK's STS clients are given. */
export function stsClientConfig({ settings, requestHandler, log }: CredentialsOptions, region: string): object {
  return {
    region,
    requestHandler,
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

async function loadChain(options: CredentialsOptions, again: boolean): Promise<CredentialsProvider> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return fromNodeProviderChain({
    clientConfig: stsClientConfig(options, options.settings.awsRegion),
    logger: sdkLogger(options.log),
    ignoreCache: again,
  });
}
