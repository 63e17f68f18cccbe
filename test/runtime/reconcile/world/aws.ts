// SPDX-License-Identifier: Apache-2.0
import { AwsError } from '../../../../runtime/aws/aws-error.ts';
import type { AwsCallOptions, AwsSessions, AwsTarget } from '../../../../runtime/aws/aws-session.ts';
import type { Clock } from '../../../../runtime/clock.ts';
import { deepFreeze } from '../../../../runtime/kubernetes/deep-freeze.ts';

type Json = Record<string, unknown>;

/** One call that reached AWS. */
export interface RecordedCall {
  readonly name: string;
  readonly input: Json;
  readonly target: AwsTarget;
}

/** What AWS has under one name: the create input and whatever Describe adds. */
export interface FakeResource {
  input: Json;
  /** Laid over the input in Describe's answer: status, failure reason and so on. */
  shown: Json;
  tags: Map<string, string>;
}

/** How one kind behaves in the fake AWS. */
export interface FakeKind {
  readonly kind: string;
  readonly nameMember: string;
  /** Where the name alone is not what it is found by: all that is, in the order of the ARN. */
  readonly keyMembers?: readonly string[];
  readonly arnMember: string;
  readonly notFound: { readonly code: string; readonly message: string };
  readonly exists: { readonly code: string; readonly message: string };
  readonly initial: Json;
  onUpdate?(resource: FakeResource, input: Json): void;
  onDelete?(resource: FakeResource): 'gone' | 'deleting';
  onStop?(resource: FakeResource): void;
}

/** A stateful AWS for one kind, that can be told to misbehave. */
export interface FakeAws {
  readonly sessions: AwsSessions;
  readonly calls: RecordedCall[];
  readonly resources: Map<string, FakeResource>;
  /** Puts something there that the controller did not create. */
  put(name: string, input: Json, shown?: Json): FakeResource;
  /** The next call of this operation fails; `after` still does its work first, as when an answer is lost. */
  failNext(
    operation: string,
    error: Partial<ConstructorParameters<typeof AwsError>[0]>,
    options?: { after?: boolean },
  ): void;
  /** The next call waits for a token: `onWait` is told, and `until` is awaited. */
  delayNext(ms: number, until: Promise<void>): void;
  names(): string[];
  /** How far AWS's clock is ahead of the machine's; 0 unless set. */
  skewMs: number;
  /** Whether a create of what exists is answered like the first, as where the token is what it is known by. */
  answersAgain: boolean;
  /** Called for each call that reaches AWS. */
  onCall: ((options: AwsCallOptions) => void) | undefined;
}

export function createFakeAws(kind: FakeKind, clock: Clock): FakeAws {
  const resources = new Map<string, FakeResource>();
  const calls: RecordedCall[] = [];
  const failures: { operation: string; error: AwsError; after: boolean }[] = [];
  let delay: { ms: number; until: Promise<void> } | undefined;

  const arnOf = (name: string, target: AwsTarget): string =>
    `arn:${target.partition}:sagemaker:${target.region}:${target.accountId}:${kind.kind.toLowerCase()}/${name}`;

  const idOf = (input: Json): string =>
    (kind.keyMembers ?? [kind.nameMember]).flatMap((member) => input[member] ?? []).join('/');

  function answer(name: string, input: Json, target: AwsTarget): Json {
    if (name.endsWith('Tags')) return tagCall(name, input);
    const id = idOf(input);
    const found = resources.get(id);
    if (name === `Create${kind.kind}`) {
      if (found && aws.answersAgain) return { [kind.arnMember]: arnOf(id, target), [kind.nameMember]: id };
      if (found) throw refusal(name, kind.exists.code, kind.exists.message);
      put(id, input, kind.initial);
      return { [kind.arnMember]: arnOf(id, target), [kind.nameMember]: id };
    }
    if (!found) throw refusal(name, kind.notFound.code, kind.notFound.message);
    if (name === `Describe${kind.kind}`) return { ...found.input, ...found.shown, [kind.arnMember]: arnOf(id, target) };
    if (name === `Update${kind.kind}`) kind.onUpdate?.(found, input);
    if (name === `Stop${kind.kind}`) kind.onStop?.(found);
    if (name === `Delete${kind.kind}` && (kind.onDelete?.(found) ?? 'gone') === 'gone') resources.delete(id);
    return {};
  }

  function tagCall(name: string, input: Json): Json {
    const id = String(input['ResourceArn']).replace(/^[^/]*\//, '');
    const tags = resources.get(id)?.tags ?? new Map<string, string>();
    if (name === 'AddTags')
      for (const tag of input['Tags'] as Json[]) tags.set(String(tag['Key']), String(tag['Value']));
    if (name === 'DeleteTags') for (const key of input['TagKeys'] as string[]) tags.delete(key);
    return name === 'ListTags' ? { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) } : {};
  }

  function put(name: string, input: Json, shown: Json = {}): FakeResource {
    const { Tags = [], ...rest } = clone(input) as Json & { Tags?: Json[] };
    const tags = new Map(Tags.map((tag) => [String(tag['Key']), String(tag['Value'])]));
    const resource = {
      input: rest,
      shown: { CreationTime: new Date(clock.now() + aws.skewMs), ...clone(shown) },
      tags,
    };
    resources.set(name, resource);
    return resource;
  }

  const aws: FakeAws = {
    onCall: undefined,
    skewMs: 0,
    answersAgain: false,
    calls,
    resources,
    put,
    names: () => calls.map((call) => call.name),
    failNext(operation, error, options = {}) {
      if (error instanceof Error) {
        failures.push({ operation, error: error as AwsError, after: options.after ?? false });
        return;
      }
      const details = { failure: 'response', code: 'X', message: 'x', httpStatus: 400, operation, ...error } as const;
      failures.push({ operation, error: new AwsError(details), after: options.after ?? false });
    },
    delayNext(ms, until) {
      delay = { ms, until };
    },
    sessions: {
      session: (target) => ({
        target,
        async call(operation, input, options) {
          if (delay) {
            const { ms, until } = delay;
            delay = undefined;
            options.onWait?.(ms);
            await until;
          }
          options.beforeSend?.();
          calls.push({ name: operation.name, input: deepFreeze(clone(input)), target });
          aws.onCall?.(options);
          await Promise.resolve();
          const at = failures.findIndex((failure) => failure.operation === operation.name);
          const failure = at < 0 ? undefined : failures.splice(at, 1)[0];
          if (failure && !failure.after) throw failure.error;
          const output = answer(operation.name, input, target);
          if (failure) throw failure.error;
          return deepFreeze(clone(output));
        },
      }),
      identity: async () => ({
        accountId: '111122223333',
        partition: 'aws',
        arn: 'arn:aws:iam::111122223333:role/ack',
      }),
      now: () => clock.now() + aws.skewMs,
      close: () => undefined,
    },
  };
  return aws;
}

function refusal(operation: string, code: string, message: string): AwsError {
  return new AwsError({ failure: 'response', code, message, httpStatus: 400, operation });
}

// Not structuredClone: under jest its dates are of another realm, which `instanceof Date` does not know.
function clone<T>(value: T): T {
  if (value instanceof Date) return new Date(value.getTime()) as T;
  if (Array.isArray(value)) return value.map(clone) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, clone(child)])) as T;
}
