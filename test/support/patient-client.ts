// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { isApiError } from '../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../runtime/kubernetes/types.ts';

const PAUSE_MS = 200;
const MOST_PAUSES = 100;

/**
 * A client for tests that asks again, as kubectl does, when the API server answers 429: for a moment after a CRD was changed "storage is
 * (re)initializing".
 */
export function createPatientClient(client: KubernetesClient): KubernetesClient {
  return {
    ...client,
    get: patient(client.get) as KubernetesClient['get'],
    list: patient(client.list) as KubernetesClient['list'],
    create: patient(client.create) as KubernetesClient['create'],
    patch: patient(client.patch) as KubernetesClient['patch'],
    delete: patient(client.delete),
  };
}

function patient<A extends unknown[], R>(call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    for (let pauses = 0; ; pauses++) {
      try {
        return await call(...args);
      } catch (error) {
        if (!isApiError(error, 429) || pauses === MOST_PAUSES) throw error;
        await sleep(PAUSE_MS);
      }
    }
  };
}
