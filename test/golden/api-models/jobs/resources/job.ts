// SPDX-License-Identifier: Apache-2.0
import type { ResourceHooks } from '../../../../../runtime/hooks.ts';

/** Hooks that do nothing: the definition must name them. */
export const hooks: ResourceHooks<object, object> = {};
