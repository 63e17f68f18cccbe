// SPDX-License-Identifier: Apache-2.0
import type { ErrorClass } from './definition.ts';
import type { CustomResource } from './kubernetes/types.ts';

/** One difference between what the spec asks for and what AWS has. */
export interface Difference {
  /** JSON names below `spec`, with list indices and map keys: `['resourceConfig', 'keepAlivePeriodInSeconds']`. */
  readonly path: readonly string[];
  /** `changed`: both sides have a value; `added`: AWS has none; `removed`: the user took it out and it was ours. */
  readonly kind: 'changed' | 'added' | 'removed';
  readonly desired: unknown;
  readonly observed: unknown;
}

/** What AWS shows of a resource, in the CRD's names. */
export interface Observed<Spec, Status> {
  readonly spec: Partial<Spec>;
  readonly status: Partial<Status>;
}

/** What a hook may look at. Everything in it is frozen. */
export interface HookContext<Spec, Status> {
  /** The object as the API server has it, the name field filled in. */
  readonly object: CustomResource<Spec, Status>;
  /** The last answer of the read operation; absent before the resource exists. */
  readonly observed?: Observed<Spec, Status>;
  /** Empty outside of updates. */
  readonly differences: readonly Difference[];
}

/**
 * What to do about differences.
 *
 * - `none`: nothing, they do not count.
 * - `update`: send this input; `annotations` are written to the object before AWS is asked, and taken back if AWS
 *   refuses it and they would keep it from being sent again.
 * - `wait`: AWS cannot take it now; looked at again after `ms`, told as `ACK.Recoverable` with this message.
 * - `refuse`: it can never be done; `ACK.Terminal` with this message until the spec changes.
 * - `call`: another operation goes before or after the update; `before` and `after` are written to the object's own part of the status
 *   before the call and after AWS accepted it, null taking a property out: what a crash in between leaves behind tells where it stood.
 * - `note`: nothing to ask of AWS, only this to be written.
 */
export type UpdatePlan =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'update';
      readonly input: Record<string, unknown>;
      readonly annotations?: Readonly<Record<string, string>>;
      /** Written to the object's own part of the status after AWS accepted it. */
      readonly after?: OwnStatus;
    }
  | {
      readonly kind: 'call';
      readonly operation: 'start' | 'stop';
      readonly before?: OwnStatus;
      readonly after?: OwnStatus;
      /** What is being waited for, told until the update is done. */
      readonly message: string;
    }
  | { readonly kind: 'note'; readonly status: OwnStatus }
  | { readonly kind: 'wait'; readonly ms: number; readonly message: string }
  | { readonly kind: 'refuse'; readonly message: string };

/** Properties of the status that the controller keeps for itself; null takes one out. */
export type OwnStatus = Readonly<Record<string, string | boolean | number | null>>;

/** An AWS error as hooks see it. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number;
}

/**
 * What a mapping cannot say about a resource, as typed functions. Each is optional, synchronous and pure; AWS is called by the
 * reconciler only, so that every write has the deadline check and the token bucket before it.
 */
export interface ResourceHooks<Spec, Status> {
  /** Changes the create input before it is sent. */
  beforeCreate?(input: Record<string, unknown>, context: HookContext<Spec, Status>): Record<string, unknown>;
  /** Corrects what was read, before it is compared and before it becomes the status. */
  afterRead?(output: Record<string, unknown>, observed: Observed<Spec, Status>): Observed<Spec, Status>;
  /** Filters or extends the differences. */
  compare?(differences: readonly Difference[], context: HookContext<Spec, Status>): readonly Difference[];
  /** Decides how differences are applied; `input` is what the update operation would be sent without the hook. */
  planUpdate?(input: Record<string, unknown>, context: HookContext<Spec, Status>): UpdatePlan;
  /** Whether the planned update can take a value out of AWS that the mapping does not know how to clear. */
  canRemove?(difference: Difference): boolean;
  /** Says what is left to do once nothing differs (start again what was stopped for an update); undefined if nothing is. */
  afterUpdate?(context: HookContext<Spec, Status>): UpdatePlan | undefined;
  /** Says why an object whose AWS status is settled is still changing (rule evaluations); undefined if it is not. */
  unsettled?(status: Partial<Status>): string | undefined;
  /** Says what of a settled resource is still alive in AWS although it is in sync (a warm pool): it is read on. */
  lingering?(status: Partial<Status>): string | undefined;
  /** Adds to what the create's output says what AWS is known to show first, so that the first read brings nothing new. */
  afterCreate?(status: Partial<Status>): Partial<Status>;
  /** Recognises an answer of the read operation that means "no such resource" beyond the mapping's `notFound`. */
  isNotFound?(error: ServiceError): boolean;
  /** Classifies an AWS error before the tables do; undefined leaves it to them. */
  classifyError?(error: ServiceError): ErrorClass | undefined;
}
