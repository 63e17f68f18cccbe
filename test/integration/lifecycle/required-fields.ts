// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';

/** The fields of the spec without which there is no object: what the create needs, but for what has a value by itself. */
export function requiredFields({ operations, nameField }: ResourceDefinition): readonly string[] {
  const needed = operations.create.input.filter(({ required, from }) => required && from !== 'token');
  return needed.flatMap(({ path: [part, field] = [] }) =>
    part === 'spec' && field !== undefined && field !== nameField ? [field] : [],
  );
}
