// SPDX-License-Identifier: Apache-2.0
import type { ResourceType } from '../../runtime/kubernetes/types.ts';

/** What tests of the client and the informer write, since every API server has it. */
export const CONFIG_MAP: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
