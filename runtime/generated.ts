// SPDX-License-Identifier: Apache-2.0
//
// What generated code imports from the runtime, and nothing else of it: a change here is a change for every generated controller.
export type {
  CommandConstructor,
  ErrorClass,
  ErrorMatch,
  ErrorRule,
  FieldRule,
  FieldType,
  InputMember,
  Lifecycle,
  ListDefinition,
  ListType,
  MapType,
  OperationClass,
  OperationDefinition,
  OutputMember,
  ResourceDefinition,
  ScalarType,
  ServiceDefinition,
  StateClass,
  StructureMember,
  StructureShape,
  StructureType,
  TaggingDefinition,
  TagOperation,
  TagRule,
} from './definition.ts';
export type { Difference, HookContext, Observed, ResourceHooks, ServiceError, UpdatePlan } from './hooks.ts';
export type { CommonStatus, Condition, CustomResource } from './kubernetes/types.ts';
export { type RunOptions, runController } from './run-controller.ts';
