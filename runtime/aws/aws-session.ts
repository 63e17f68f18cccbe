// SPDX-License-Identifier: Apache-2.0
import type { CommandConstructor, OperationClass } from '../definition.ts';
import type { AwsError } from './aws-error.ts';

/** Whose AWS is meant: everything that decides which client a call goes through. */
export interface AwsTarget {
  /** The account's 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** The service endpoint; absent for AWS's own. */
  readonly endpointUrl?: string;
}

/** What is called; {@link import('../definition.ts').OperationDefinition} fits. */
export interface AwsOperation {
  readonly name: string;
  readonly command: CommandConstructor;
  readonly class: OperationClass;
}

/** How a call that was sent went. */
export interface AwsAnswer {
  /** AWS's own id of the request, by which CloudTrail and AWS's support know it; absent where no answer came. */
  readonly requestId: string | undefined;
  readonly ms: number;
  /** Absent for a success. */
  readonly error?: AwsError;
}

/** Options of one call. */
export interface AwsCallOptions {
  readonly signal: AbortSignal;
  /** Called once the bucket has granted a token, immediately before the request leaves; throws to stop it (a lost Lease). */
  readonly beforeSend?: () => void;
  /** When the call was first wanted, by the monotonic clock, where it is tried again: its turn comes by that. */
  readonly since?: number;
  /** Called once when the call has to wait for a token, with the expected milliseconds. */
  readonly onWait?: (ms: number) => void;
  /** Called once after a call that was sent, however it ended. */
  readonly onAnswer?: (answer: AwsAnswer) => void;
}

/**
 * One account, region and endpoint: the SDK's client behind the shared token buckets. Each call is one attempt; retries are
 * the queue's. Throws {@link import('./aws-error.ts').AwsError} for whatever AWS, the network or the credentials answer.
 */
export interface AwsSession {
  readonly target: AwsTarget;
  call(
    operation: AwsOperation,
    input: Record<string, unknown>,
    options: AwsCallOptions,
  ): Promise<Record<string, unknown>>;
}

/** Makes and keeps sessions, one a target. */
export interface AwsSessions {
  session(target: AwsTarget): AwsSession;
  /** The controller's own identity, from STS once at start. Throws `AwsError`. */
  identity(
    signal: AbortSignal,
  ): Promise<{ readonly accountId: string; readonly partition: string; readonly arn: string }>;
  /** What time it is in AWS, milliseconds since the epoch: the machine's own time, unless AWS's answers tell another. */
  now(): number;
  close(): void;
}
