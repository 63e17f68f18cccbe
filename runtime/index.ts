// SPDX-License-Identifier: Apache-2.0
//
// The public surface of the runtime, for those who run a controller in a program of their own or test one. Everything else in this
// folder may change at any time. Generated code has a surface of its own, generated.ts.
export { AwsError, type AwsFailure, isAwsError } from './aws/aws-error.ts';
export type { AwsCallOptions, AwsOperation, AwsSession, AwsSessions, AwsTarget } from './aws/aws-session.ts';
export { type Clock, type Random, systemClock } from './clock.ts';
export { type Environment, parseSettings } from './config/flags.ts';
export { SettingsError } from './config/settings-error.ts';
export { type Controller, type ControllerOptions, createController } from './controller/controller.ts';
export {
  createLeaderElection,
  type LeaderElection,
  type LeaderElectionOptions,
  LeaseLostError,
} from './controller/leader-election.ts';
export { queueItem } from './controller/queue-item.ts';
export {
  createExponentialRateLimiter,
  type ExponentialRateLimiterOptions,
  type RateLimiter,
} from './controller/rate-limiter.ts';
export type { ReconcileContext, Reconciler } from './controller/reconciler.ts';
export { type Priority, WorkQueue, type WorkQueueMetrics, type WorkQueueOptions } from './controller/work-queue.ts';
export type { ResourceDefinition, ServiceDefinition } from './definition.ts';
export type { ResourceHooks } from './hooks.ts';
export { ApiError, isApiError } from './kubernetes/api-error.ts';
export { createKubernetesClient, type KubernetesClientOptions } from './kubernetes/client.ts';
export { type ClusterAccess, ClusterAccessError } from './kubernetes/cluster-access.ts';
export type { EventRecorder } from './kubernetes/events.ts';
export { createInformer, type Informer, type InformerOptions } from './kubernetes/informer.ts';
export { type KubeconfigOptions, loadKubeconfig } from './kubernetes/kubeconfig.ts';
export type { ObjectReader, ObjectStore } from './kubernetes/object-store.ts';
export type {
  Condition,
  CustomResource,
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
  ResourceType,
} from './kubernetes/types.ts';
export type { Log } from './observability/log.ts';
export { createLog, type LogOptions } from './observability/log-pino.ts';
export { createMetrics, type Metrics } from './observability/metrics.ts';
export type { Outcome } from './reconcile/outcome.ts';
export type { ReconcilerOptions } from './reconcile/pass.ts';
export { createResourceReconciler } from './reconcile/resource-reconciler.ts';
export { type RunOptions, runController } from './run-controller.ts';
export type { Settings } from './settings.ts';
