// SPDX-License-Identifier: Apache-2.0
import { membersOf } from './model/members-of.ts';
import type { Member, ServiceModel } from './model/model.ts';
import type { OperationModel, ResourceModel } from './resource-model.ts';

/** A member of an answer, and the member around it where the answer has but one: `Workteam` of DescribeWorkteam. */
export interface AnsweredMember extends Member {
  readonly within: readonly string[];
}

/** What an operation answers; the members of the resource's wrapper stand for it. */
export function answeredMembers(
  model: ServiceModel,
  { wrapper }: Pick<ResourceModel, 'wrapper'>,
  { outputShape }: Pick<OperationModel, 'outputShape'>,
): readonly AnsweredMember[] {
  return membersOf(model, outputShape).flatMap((member) => {
    if (member.name !== wrapper) return [{ ...member, within: [] }];
    return membersOf(model, member.target).map((inner) => ({ ...inner, within: [member.name] }));
  });
}
