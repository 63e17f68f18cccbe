// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../kubernetes/types.ts';
import type { Settings } from '../settings.ts';
import { isAnnotatedTrue, READ_ONLY } from './annotations.ts';

/** Whether the object only observes: the annotation says so, and the feature gate `ReadOnlyResources` lets it, as in ACK. */
export function isReadOnly(object: CustomResource, { featureGates }: Pick<Settings, 'featureGates'>): boolean {
  return featureGates.get('ReadOnlyResources') !== false && isAnnotatedTrue(object, READ_ONLY);
}
