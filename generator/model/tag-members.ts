// SPDX-License-Identifier: Apache-2.0
import { membersOf } from './members-of.ts';
import type { ServiceModel } from './model.ts';

/** The members of a tag operation: the one that holds the ARN, and the one that holds tags or their keys; by AWS's customary names. */
export function tagMembers(
  model: ServiceModel,
  operationName: string,
): { readonly arn?: string; readonly tags?: string } {
  const operation = model.operations.get(operationName);
  if (!operation) return {};
  const names = [...membersOf(model, operation.input), ...membersOf(model, operation.output)].map(({ name }) => name);
  const arn = names.find((name) => /Arn$/i.test(name));
  const tags = names.find((name) => /^Tag/.test(name));
  return { ...(arn !== undefined && { arn }), ...(tags !== undefined && { tags }) };
}
