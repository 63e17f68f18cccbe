// SPDX-License-Identifier: Apache-2.0
import type { ResourceHooks } from './hooks.ts';

/**
 * The type of a value, as data. Scalars are names, the rest nests.
 *
 * - `string`, `boolean`, `number` are themselves on both sides.
 * - `integer` is a JSON number without a fraction (`format: int64` in the CRD).
 * - `timestamp` is an RFC 3339 string in Kubernetes and a `Date` in the SDK.
 * - `blob` is base64 in Kubernetes and a `Uint8Array` in the SDK.
 */
export type FieldType = ScalarType | ListType | MapType | StructureType;

/** The scalar {@link FieldType}s. */
export type ScalarType = 'string' | 'boolean' | 'integer' | 'number' | 'timestamp' | 'blob';

/** A list of one element type. */
export interface ListType {
  readonly list: FieldType;
}

/** A map from string to one value type; its keys are user data and are never renamed. */
export interface MapType {
  readonly map: FieldType;
}

/** A structure or union; see {@link StructureShape}. */
export interface StructureType {
  readonly structure: StructureShape;
}

/** The members of a structure under both names, sorted by JSON name. Shapes used by several resources are one constant. */
export interface StructureShape {
  /** The shape's name in the service model, `AlgorithmSpecification`. */
  readonly name: string;
  readonly members: readonly StructureMember[];
}

/** One member of a {@link StructureShape}. */
export interface StructureMember {
  /** The property in the CRD, `trainingImage`. */
  readonly json: string;
  /** The member in the SDK, `TrainingImage`. */
  readonly sdk: string;
  readonly type: FieldType;
  /** The model marks the value as sensitive: no condition, Event or log repeats it where AWS's words about the object do. */
  readonly sensitive?: true;
}

/**
 * How one top-level member of an operation's input is filled.
 *
 * - `path` takes the value at this path of the object, `['spec', 'trainingJobName']` or `['status', 'domainID']`.
 * - `arn` takes `status.ackResourceMetadata.arn`; while there is none, the value at `path` if one is given.
 * - `arnEnd` takes the value at `path`, else what follows the ARN's last slash.
 * - `annotation` takes the value of this annotation of the object.
 * - `token` takes the intent's idempotency token when the object itself has none at `path`.
 */
export interface InputMember {
  /** The member in the SDK's input, `TrainingJobName`. */
  readonly sdk: string;
  /** The names below it that lead to the value, where one member of the object fills only a part of it. */
  readonly nested?: readonly string[];
  readonly from: 'path' | 'arn' | 'arnEnd' | 'token' | 'annotation';
  readonly annotation?: string;
  readonly path?: readonly string[];
  readonly type: FieldType;
  readonly required?: true;
}

/** Where one top-level member of an operation's output goes in the object. */
export interface OutputMember {
  /** The member in the SDK's output; nested where the output wraps it. `*` stands for each element of a list, on both sides alike. */
  readonly sdk: readonly string[];
  /** `['spec', 'roleARN']`, `['status', 'trainingJobStatus']`, or `['status', 'ackResourceMetadata', 'arn']`. */
  readonly path: readonly string[];
  readonly type: FieldType;
}

/** A constructor of an SDK command. */
// biome-ignore lint/suspicious/noExplicitAny: each of the SDK's commands has an input type of its own
export type CommandConstructor = new (input: any) => any;

/** The rate class of an operation: each has a token bucket of its own per account and region. */
export type OperationClass = 'create' | 'delete' | 'update' | 'observe';

/** One operation of the service: what is called, how its input is made and where its output goes. */
export interface OperationDefinition {
  /** `CreateTrainingJob`. Also the name in metrics and logs. */
  readonly name: string;
  readonly command: CommandConstructor;
  readonly class: OperationClass;
  readonly input: readonly InputMember[];
  readonly output: readonly OutputMember[];
  /** A read whose answer comes in pages: the member that asks for the next and tells of it, and the list that goes on. */
  readonly pages?: { readonly token: string; readonly list: string };
}

/** How the resources of a kind are listed by the time of their last change. */
export interface ListDefinition {
  /** `ListTrainingJobs`. */
  readonly name: string;
  readonly command: CommandConstructor;
  /** What every call is sent: the longest pages, newest first. */
  readonly input: Readonly<Record<string, string | number>>;
  /** The input member that asks for what was modified later than a time, `LastModifiedTimeAfter`. */
  readonly after: string;
  /** The member, of input and output alike, that leads to the next page. */
  readonly token: string;
  /** The output member that holds the summaries, and the members of a summary for the ARN and the time of the last change. */
  readonly summaries: string;
  readonly arn: string;
  readonly time: string;
  /** Members of a summary that the object's status has as well, under both names: the states. */
  readonly shows: readonly { readonly sdk: string; readonly json: string }[];
}

/** What an AWS status value means, whatever the kind. `creating`, `running`, `updating`, `stopping`, `deleting` are transitional. */
export type StateClass =
  | 'creating'
  | 'running'
  | 'updating'
  | 'stopping'
  | 'deleting'
  | 'ready'
  | 'succeeded'
  | 'stopped'
  | 'failed'
  | 'gone';

/** How a resource lives and dies. */
export interface Lifecycle {
  /** `run-to-completion` ends by itself, `service` settles and stays, `config` has no status at all. */
  readonly kind: 'run-to-completion' | 'service' | 'config';
  /** The status member in the object's status, `trainingJobStatus`; absent for `config`. */
  readonly statusField?: string;
  /** Every value of the model's status enum, and its class. */
  readonly states: Readonly<Record<string, StateClass>>;
  /** Where AWS says why, in the object's status: `['failureReason']`. */
  readonly failureReasonPath?: readonly string[];
  /** What deleting the object does to AWS: `stop` leaves the record, unless the object asks for `delete-record`. */
  readonly delete: 'delete' | 'stop' | 'stop-then-delete';
  /** Values of the status in which a resource must be stopped before it can be deleted. */
  readonly stopFirst?: readonly string[];
  /** Values elsewhere in the status while which AWS takes neither update nor delete. */
  readonly busy?: readonly BusyRule[];
}

/** Something besides the status that keeps a resource from being updated or deleted while it has one of these values. */
export interface BusyRule {
  /** JSON names below the object's status, `['lastMonitoringExecutionSummary', 'monitoringExecutionStatus']`. */
  readonly path: readonly string[];
  readonly values: readonly string[];
  /** The resource is not in sync either, until it is over. */
  readonly unsettled?: true;
}

/** Matches an AWS error: all that is given must hold. */
export interface ErrorMatch {
  readonly code: string;
  readonly messagePrefix?: string;
  readonly messageSuffix?: string;
  readonly messageContains?: string;
}

/**
 * What is done about an AWS error; see `aws/error-table.ts`. `notFound`: the resource itself is not there; `missing`: what a create or an update
 * names; `conflict`: it is there, and the moment is wrong.
 */
export type ErrorClass =
  | 'notFound'
  | 'alreadyExists'
  | 'invalid'
  | 'denied'
  | 'throttled'
  | 'conflict'
  | 'missing'
  | 'quota'
  | 'fault'
  | 'credentials'
  | 'unknown';

/** One row of an error table; the first match wins. */
export interface ErrorRule extends ErrorMatch {
  readonly class: ErrorClass;
}

/** How the values at one path of the spec are compared and cleared, where the default rule does not hold. */
export interface FieldRule {
  /** JSON names below `spec`; list and map levels are transparent: `['algorithmSpecification', 'metricDefinitions']`. */
  readonly path: readonly string[];
  /**
   * - `ignore`: never compared; a token, for one.
   * - `option`: never compared; a whole property of the spec that is an option of the update, and that every update is sent.
   * - `subset`: AWS adds entries of its own; only ours must be there.
   * - `set`: a list whose order means nothing.
   * - `ordered`: a list of scalars whose order means something.
   * - `keyed`: a list of structures whose elements are matched by `key`.
   * - `document`: text compared as JSON.
   * - `arnOrName`: an ARN is the same as the name at its end.
   * - `shared`: set on an edit of the spec, never repaired (an autoscaler moves it).
   * - `writeOnly`: AWS never shows it; compared by hash with what was last applied.
   */
  readonly compare?:
    | 'ignore'
    | 'option'
    | 'subset'
    | 'set'
    | 'ordered'
    | 'keyed'
    | 'document'
    | 'arnOrName'
    | 'shared'
    | 'writeOnly';
  /** The JSON name of the key member for `keyed`. */
  readonly key?: string;
  /** The update only adds elements to this keyed list: it is sent those that AWS does not show, and no other edit is possible. */
  readonly addOnly?: true;
  /**
   * The update puts the whole value in the place of AWS's: what is taken out below it, while it stays itself, goes by being left out.
   */
  readonly replaces?: true;
  /** The JSON name of the member beside it that is the other of two: where one is set, the other was not taken out but replaced. */
  readonly insteadOf?: string;
  /** How a removed value is cleared by the update: send an empty value of its type, set a flag member, or list a map's keys in a member. */
  readonly clear?: 'empty' | { readonly flag: string } | { readonly keys: string };
}

/** Where tags stand in the spec. Absent for kinds whose create takes none. */
export interface TagRule {
  /** The spec property, `tags`. */
  readonly field: string;
  /** JSON names within one tag. */
  readonly key: string;
  readonly value: string;
  /** Whether the controller's default tags are added at create. */
  readonly defaults: boolean;
}

/** All that the runtime knows of one resource. Generated; plain data, the SDK's command classes and the hooks. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds definitions of every Spec and Status
export interface ResourceDefinition<Spec = any, Status = any> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly operations: {
    readonly create: OperationDefinition;
    readonly read: OperationDefinition;
    readonly update?: OperationDefinition;
    readonly delete?: OperationDefinition;
    readonly stop?: OperationDefinition;
    readonly start?: OperationDefinition;
  };
  /** Absent where the API cannot list by the time of the last change, or the summaries show no state. */
  readonly list?: ListDefinition;
  /** Properties of the spec under both names and with their types; the tree that compare and convert walk. */
  readonly spec: StructureShape;
  /** Properties of the status that AWS fills. */
  readonly status: StructureShape;
  /** The spec property that names the resource in AWS and defaults to `metadata.name`; absent where AWS names it. */
  readonly nameField?: string;
  /** A spec property in whose presence the name is AWS's business: the name field has no default then. */
  readonly nameUnless?: string;
  /** Spec properties that the update operation does not take, JSON names: setting another value is refused. */
  readonly immutable: readonly string[];
  /** Parts of spec properties that the update operation does not take, paths of JSON names through structures. */
  readonly immutableWithin?: readonly (readonly string[])[];
  /** The update is sent only the spec properties that differ; absent: all of them. */
  readonly updatesChanges?: true;
  readonly lifecycle: Lifecycle;
  readonly notFound: readonly ErrorMatch[];
  readonly errors: readonly ErrorRule[];
  readonly rules: readonly FieldRule[];
  readonly tags?: TagRule;
  /** Seconds between reads of a settled object, by ACK's default for the kind. 0: the flag's value. */
  readonly resyncSeconds: number;
  readonly hooks?: ResourceHooks<Spec, Status>;
}

/** What the resources of one service share. */
export interface ServiceDefinition {
  /** ACK's service alias, `sagemaker`. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  /** The SDK's client class. */
  readonly client: CommandConstructor;
  /** Tag operations by ARN, with the SDK's member names. */
  readonly tagging?: TaggingDefinition;
  /** Service-wide error rules, looked at after a resource's own. */
  readonly errors: readonly ErrorRule[];
  readonly resources: readonly ResourceDefinition[];
}

/** The three tag operations of a service, all by ARN. */
export interface TaggingDefinition {
  readonly add: TagOperation;
  readonly remove: TagOperation;
  readonly list: TagOperation;
}

/** One tag operation; `tags` names its member that holds tags (or, for `remove`, their keys). */
export interface TagOperation {
  readonly name: string;
  readonly command: CommandConstructor;
  readonly arn: string;
  readonly tags: string;
}
