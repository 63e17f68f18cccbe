// SPDX-License-Identifier: Apache-2.0
import type { Location } from './errors.ts';

/** Why something is as it is, for `explain`: a sentence and where it comes from. */
export interface Fact {
  /** The property of the object it is about, `spec.resourceConfig`; empty for the resource as a whole. */
  readonly path: string;
  readonly text: string;
  readonly source: FactSource;
}

/** The origin of a {@link Fact}: the service model, a place in a mapping, or a rule of the generator. */
export type FactSource =
  | { readonly kind: 'model'; readonly shape: string }
  | { readonly kind: 'mapping'; readonly location: Location }
  | { readonly kind: 'rule' };

/** Bounds and pattern of a string; lengths count characters. The pattern is anchored and means the same in RE2. */
export interface StringConstraints {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** A CEL expression over `self`, for what a pattern cannot say. */
  readonly cel?: string;
  /** Why the model's pattern was left out, so that only AWS checks it: "a look-behind". */
  readonly omittedPattern?: string;
}

/** Inclusive bounds of a number. */
export interface NumberConstraints {
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Inclusive bounds of the number of entries of a list or map. */
export interface SizeConstraints {
  readonly minSize?: number;
  readonly maxSize?: number;
}

/** The type of a value with all that the service model knows of it. */
export type TypeModel =
  | ({ readonly kind: 'string'; readonly shape: string } & StringConstraints)
  | { readonly kind: 'enum'; readonly shape: string; readonly values: readonly string[]; readonly open: boolean }
  | { readonly kind: 'boolean' | 'timestamp' | 'blob' }
  | ({ readonly kind: 'integer' | 'number' } & NumberConstraints)
  | ({ readonly kind: 'list'; readonly shape: string; readonly item: TypeModel } & SizeConstraints)
  | ({
      readonly kind: 'map';
      readonly shape: string;
      readonly key: StringConstraints;
      readonly value: TypeModel;
    } & SizeConstraints)
  | { readonly kind: 'structure'; readonly structure: StructureModel };

/** A structure or union; the same shape is the same object, however often it is used. */
export interface StructureModel {
  /** The shape's name in the service model, or `TrainingJobSpec` and `TrainingJobStatus` for the roots. */
  readonly name: string;
  readonly union: boolean;
  /** Sorted by JSON name. */
  readonly members: readonly FieldModel[];
}

/** One property of the spec, the status or a structure below them. */
export interface FieldModel {
  /** The property in the CRD, `trainingImage`. */
  readonly json: string;
  /** The member in the service model and the SDK, `TrainingImage`. */
  readonly sdk: string;
  readonly type: TypeModel;
  /** Required in the CRD. */
  readonly required: boolean;
  readonly sensitive: boolean;
  readonly deprecated: boolean;
}

/** What an operation does for a resource. */
export type OperationRole = 'create' | 'read' | 'update' | 'delete' | 'stop' | 'start';

/** Where one member of an operation's input comes from; as `InputMember` of the runtime's definition. */
export interface InputModel {
  readonly sdk: string;
  /** SDK names below it, where one field fills only a part of the member. */
  readonly nested?: readonly string[];
  readonly from: 'path' | 'arn' | 'arnEnd' | 'token' | 'annotation';
  readonly annotation?: string;
  readonly path?: readonly string[];
  readonly type: TypeModel;
  readonly required: boolean;
}

/** Where one member of an operation's output goes. */
export interface OutputModel {
  readonly sdk: readonly string[];
  readonly path: readonly string[];
  readonly type: TypeModel;
}

/** One operation of the service, bound to the properties of the resource. */
export interface OperationModel {
  readonly role: OperationRole;
  readonly name: string;
  /** Names of the input and output shapes in the service model. */
  readonly inputShape: string;
  readonly outputShape: string;
  readonly input: readonly InputModel[];
  readonly output: readonly OutputModel[];
  /** A read whose answer comes in pages: the member that asks for the next and tells of it, and the list that goes on. */
  readonly pages?: { readonly token: string; readonly list: string };
}

/** How resources are listed by the time of their last change; as `ListDefinition` of the runtime's definition. */
export interface ListModel {
  readonly name: string;
  readonly input: Readonly<Record<string, string | number>>;
  readonly after: string;
  readonly token: string;
  readonly summaries: string;
  readonly arn: string;
  readonly time: string;
  readonly shows: readonly { readonly sdk: string; readonly json: string }[];
}

/** The classes of states; as `StateClass` of the runtime's definition. */
export const stateClasses = [
  'creating',
  'running',
  'updating',
  'stopping',
  'deleting',
  'ready',
  'succeeded',
  'stopped',
  'failed',
  'gone',
] as const;

/** One of {@link stateClasses}. */
export type StateClass = (typeof stateClasses)[number];

/** How the resource lives and dies; as `Lifecycle` of the runtime's definition. */
export interface LifecycleModel {
  readonly kind: 'run-to-completion' | 'service' | 'config';
  readonly statusField?: string;
  readonly states: Readonly<Record<string, StateClass>>;
  readonly failureReasonPath?: readonly string[];
  readonly delete: 'delete' | 'stop' | 'stop-then-delete';
  readonly stopFirst?: readonly string[];
  readonly busy?: readonly BusyModel[];
}

/** A state besides the status while which AWS takes neither update nor delete; as `BusyRule` of the runtime's definition. */
export interface BusyModel {
  readonly path: readonly string[];
  readonly values: readonly string[];
  readonly unsettled?: true;
}

/** Recognises an AWS error; all that is given must hold. */
export interface ErrorMatchModel {
  readonly code: string;
  readonly messagePrefix?: string;
  readonly messageSuffix?: string;
  readonly messageContains?: string;
}

/** One row of an error table. */
export interface ErrorRuleModel extends ErrorMatchModel {
  readonly class: string;
}

/** How values at one path of the spec are compared and cleared; as `FieldRule` of the runtime's definition. */
export interface FieldRuleModel {
  /** JSON names below `spec`; lists and maps are transparent. */
  readonly path: readonly string[];
  readonly compare?: string;
  readonly key?: string;
  readonly addOnly?: true;
  readonly replaces?: true;
  readonly insteadOf?: string;
  readonly clear?: 'empty' | { readonly flag: string } | { readonly keys: string };
  readonly immutable?: true;
}

/** A printer column of the CRD. */
export interface ColumnModel {
  readonly name: string;
  readonly type: 'string' | 'date' | 'integer' | 'boolean' | 'number';
  readonly jsonPath: string;
  readonly priority: number;
}

/** A property that the status has without AWS knowing it: the controller's own memory. */
export interface OwnStatusField {
  readonly json: string;
  readonly type: 'string' | 'boolean' | 'integer';
}

/** Where tags stand in the spec. */
export interface TagModel {
  readonly field: string;
  readonly key: string;
  readonly value: string;
  readonly defaults: boolean;
}

/** One resource as the emitters see it: they read nothing else. */
export interface ResourceModel {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly singular: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  /** The kebab-case name of its files, `training-job`. */
  readonly file: string;
  /** The mapping that it was made from. */
  readonly mappingFile: string;
  readonly operations: Readonly<Partial<Record<OperationRole, OperationModel>>> & {
    readonly create: OperationModel;
    readonly read: OperationModel;
  };
  readonly list?: ListModel;
  /** The member that holds the resource's own ARN in the read's answer, else in the create's: `TrainingJobArn`. */
  readonly arnMember: string;
  /** The member of each answer that holds it, where it does: the two may have it under different names. */
  readonly arnMembers: Readonly<Partial<Record<OperationRole, string>>>;
  /** The one member of answers that has the others within it. */
  readonly wrapper?: string;
  /** The JSON name of the spec property that defaults to `metadata.name`. */
  readonly nameField?: string;
  /** The JSON name of the spec property in whose presence the name has no default. */
  readonly nameUnless?: string;
  /** Whether an update is sent only what differs. */
  readonly updatesChanges: boolean;
  /** What ACK does otherwise, in sentences for people. */
  readonly differences: readonly string[];
  readonly spec: StructureModel;
  /** What AWS fills in the status. */
  readonly status: StructureModel;
  readonly ownStatus: readonly OwnStatusField[];
  readonly lifecycle: LifecycleModel;
  readonly notFound: readonly ErrorMatchModel[];
  readonly errors: readonly ErrorRuleModel[];
  readonly rules: readonly FieldRuleModel[];
  /** Paths below `spec` that cannot change once the resource exists: JSON names, through structures only. */
  readonly immutable: readonly (readonly string[])[];
  readonly tags?: TagModel;
  readonly resyncSeconds: number;
  /** The service whose role AWS makes for itself when the first resource is created, by its principal. */
  readonly serviceLinkedRole?: string;
  readonly columns: readonly ColumnModel[];
  /** Values for the sample manifest where the generator finds none: by path of JSON names joined with dots. */
  readonly samples: Readonly<Record<string, unknown>>;
  /** Whether `api-models/<service>/resources/<file>.ts` exists. */
  readonly hasHooks: boolean;
  /** What the hooks do, in a sentence about the resource, for people. */
  readonly hookSentence?: string;
  readonly facts: readonly Fact[];
}

/** A structure without members, to start from. */
export const emptyStructure: StructureModel = { name: '', union: false, members: [] };
