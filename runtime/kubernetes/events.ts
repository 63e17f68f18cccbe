// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject } from './types.ts';

/** Writes Kubernetes Events about objects: aggregated, rate-capped, never failing the pass that asked. */
export interface EventRecorder {
  /** `reason` is CamelCase, `message` a sentence without sensitive values, at most 1,024 characters (cut if longer). */
  event(object: KubernetesObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}
