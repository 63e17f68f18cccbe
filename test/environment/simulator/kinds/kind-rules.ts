// SPDX-License-Identifier: Apache-2.0
import type { AwsApiError } from '../api-error.ts';
import type { CallContext, Handler } from '../operations/handler.ts';
import type { Data, Resource } from '../resource.ts';

/** How AWS says something about a resource: by its ARN, its name and the operation that was called. */
export type Complaint = (about: {
  readonly arn: string;
  readonly name: string;
  readonly operation: string;
}) => AwsApiError;

/** Nothing happens to it: it is there or it is not. */
export interface ConfigLifecycle {
  readonly kind: 'config';
}

/** It settles and stays, until it is updated or deleted. */
export interface ServiceLifecycle {
  readonly kind: 'service';
  /** The member that tells the state. */
  readonly status: string;
  readonly creating: string;
  readonly settled: string;
  readonly failed: string;
  /** Missing where an update takes effect at once. */
  readonly updating?: string;
  /** The settled state after an update, where it is another one than after the creation. */
  readonly updated?: string;
  readonly updateFailed?: string;
  /** A failed update leaves it settled as it was before, with the reason. */
  readonly rollsBack?: true;
  /** Missing where a delete takes effect at once. */
  readonly deleting?: string;
  /** The state in which it stays known after it was deleted, and for how long. */
  readonly tombstone?: { readonly state: string; readonly ms: number };
}

/** It runs and ends, and its record stays. */
export interface JobLifecycle {
  readonly kind: 'job';
  readonly status: string;
  /** The state before it runs, where it has one. */
  readonly starting?: string;
  readonly running: string;
  readonly completed: string;
  readonly failed: string;
  readonly stopping: string;
  readonly stopped: string;
  /** Members that get the time of the start and of the end. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly deleting?: string;
}

export type Lifecycle = ConfigLifecycle | ServiceLifecycle | JobLifecycle;

/** How a List pages, sorts and filters beyond what every List has in common. */
export interface ListRules {
  readonly operation: string;
  /** Filter member of the request -> member of the resource that must equal it. */
  readonly equals?: Readonly<Record<string, string>>;
  /** Value of `SortBy` -> member of the resource; `Name` and `CreationTime` are known. */
  readonly sort?: Readonly<Record<string, string>>;
  /** Without `SortBy`; CreationTime unless told. */
  readonly defaultSort?: string;
  readonly defaultOrder?: 'Ascending' | 'Descending';
  /** The member that `NameContains` looks at; the last key unless told. */
  readonly name?: string;
  /** Only those that this request asks for at all, as the jobs of one definition type. */
  readonly where?: (data: Data, input: Data) => boolean;
  /** The members of an entry that are named otherwise than in Describe. */
  readonly summary?: (data: Data) => Data;
}

/** A resource of AWS's that has to be there for another one to be made. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
}

/** Everything that the simulator knows about a kind beyond the service model, from published behaviour only. */
export interface KindRules {
  readonly kind: string;
  /** The members that name one of its resources; made up by `identify` where AWS does. */
  readonly key: readonly string[];
  /** Names are the same whatever the case of their letters. */
  readonly caseInsensitive?: true;
  readonly arnMember: string;
  /** What follows the account in its ARN. */
  arnPath(data: Data): string;
  readonly lifecycle: Lifecycle;
  readonly operations: {
    readonly create: string;
    readonly describe: string;
    readonly update?: string;
    readonly stop?: string;
    readonly delete?: string;
    readonly list?: ListRules;
  };
  /** The answer about one that is not there. */
  readonly missing: Complaint;
  /** The answer about one that is there already; undefined where a name may be used twice. */
  readonly exists?: Complaint;
  /** The member by which a repeated Create is known to be the same one. */
  readonly token?: string;
  references?(input: Data): readonly Reference[];
  /** Members that AWS makes up and that belong to the key or the ARN. */
  identify?(input: Data, context: CallContext): Data;
  /** The key of the one that a request means, where its members are not the key itself. */
  locate?(input: Data, context: CallContext): string;
  /** What a Create is refused for beyond the model's constraints: throws. */
  checkCreate?(input: Data, context: CallContext): void;
  /** Members as AWS tells them: the input with every default filled in. */
  defaults?(data: Data): Data;
  /** Members that come with the settled or completed state. */
  settled?(data: Data, at: number): Data;
  /** Members that tell why it failed; `FailureReason` unless told. */
  failed?(reason: string, data: Data): Data;
  /** What an Update changes; its input without the key members unless told. Throws what AWS refuses. */
  change?(input: Data, resource: Resource, context: CallContext): Data;
  /** The answer to a write in a state that does not allow it; undefined where it is allowed. */
  refuse?(write: 'update' | 'stop' | 'delete', resource: Resource): AwsApiError | undefined;
  /** Operations in place of the common ones, or besides them. */
  handlers?(rules: KindRules): Readonly<Record<string, Handler>>;
}

/** The key of a resource or request of a kind. */
export function keyOf(rules: KindRules, data: Data): string {
  const key = rules.key.map((member) => String(data[member] ?? '')).join('/');
  return rules.caseInsensitive ? key.toLowerCase() : key;
}

/** The name that people use: the last of the key's members. */
export function nameOf(rules: KindRules, data: Data): string {
  return String(data[rules.key.at(-1) ?? ''] ?? '');
}
