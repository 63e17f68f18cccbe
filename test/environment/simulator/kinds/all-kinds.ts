// SPDX-License-Identifier: Apache-2.0
import { endpoint } from './endpoint.ts';
import { endpointConfig } from './endpoint-config.ts';
import type { KindRules } from './kind-rules.ts';
import { model } from './model.ts';
import { trainingJob } from './training-job.ts';

/** Every kind that the simulator serves. */
export const allKinds: readonly KindRules[] = [endpoint, endpointConfig, model, trainingJob];
