// SPDX-License-Identifier: Apache-2.0
import type { ErrorMatchModel, ErrorRuleModel, OperationRole, StateClass } from '../resource-model.ts';

/** `api-models/<service>/service.yaml`; every key is described in docs/mapping.md. */
export interface ServiceMapping {
  readonly fullName: string;
  readonly group: string;
  readonly version: string;
  readonly sdk: { readonly package: string; readonly client: string };
  readonly apiReference: string;
  readonly iam: { readonly prefix: string; readonly passRoleTo?: string };
  readonly tagging?: { readonly add: string; readonly remove: string; readonly list: string };
  readonly errorCodes?: readonly string[];
  readonly errors?: readonly ErrorRuleModel[];
  readonly openEnums?: readonly string[];
}

/** Members of an operation's input or output by name, and the field each belongs to; `none` leaves an input out, `arn` is the ARN. */
export type MemberMapping = Readonly<Record<string, string>>;

/** Members of an operation's input: as a {@link MemberMapping}, or the last part of the name of an annotation that has the value. */
export type InputMapping = Readonly<Record<string, string | AnnotationMapping>>;

/** An annotation of the object, `sagemaker.services.k8s.aws/` and this name. */
export interface AnnotationMapping {
  readonly annotation: string;
}

/** `api-models/<service>/resources/<kind>.yaml`; every key is described in docs/mapping.md. */
export interface ResourceMapping {
  readonly kind: string;
  readonly shortNames?: readonly string[];
  readonly operations?: Readonly<Partial<Record<OperationRole, string>>>;
  readonly name?: string;
  readonly nameUnless?: string;
  readonly arn?: string;
  readonly arnEnd?: string;
  readonly wrapper?: string;
  readonly updates?: 'changes';
  readonly lifecycle: LifecycleMapping;
  readonly notFound?: readonly ErrorMatchModel[];
  readonly errors?: readonly ErrorRuleModel[];
  readonly resyncSeconds?: number;
  readonly serviceLinkedRole?: string;
  readonly tags?: { readonly defaults: false };
  readonly inputs?: Readonly<Partial<Record<OperationRole, InputMapping>>>;
  readonly outputs?: Readonly<Partial<Record<'create' | 'read', MemberMapping>>>;
  readonly fields?: Readonly<Record<string, FieldMapping>>;
  readonly ownStatus?: Readonly<Record<string, 'string' | 'boolean' | 'integer'>>;
  readonly columns?: readonly ColumnMapping[];
  readonly hooks?: string;
  readonly differences?: readonly string[];
}

/** The life of a resource, as a mapping tells it. */
export interface LifecycleMapping {
  readonly kind: 'run-to-completion' | 'service' | 'config';
  readonly status?: string;
  readonly states?: Readonly<Record<string, StateClass>>;
  readonly failureReason?: string;
  readonly delete: 'delete' | 'stop' | 'stop-then-delete';
  readonly stopFirst?: readonly string[];
  readonly busy?: readonly BusyMapping[];
}

/** A member elsewhere in the status with values that forbid updates and deletes. */
export interface BusyMapping {
  readonly field: string;
  readonly values: readonly string[];
  readonly unsettled?: true;
}

/** What a mapping says of one field of the spec, by its path of the model's member names. */
export interface FieldMapping {
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
  readonly key?: string;
  readonly addOnly?: true;
  readonly replaces?: true;
  readonly insteadOf?: string;
  readonly clear?: ClearMapping | { readonly emptyLists: readonly string[] };
  readonly immutable?: true;
  readonly status?: true;
  readonly sample?: unknown;
}

/** How one removed value is cleared. */
export type ClearMapping = 'empty' | { readonly flag: string } | { readonly keys: string };

/** A printer column. */
export interface ColumnMapping {
  readonly name: string;
  readonly field: string;
  readonly priority?: number;
}
