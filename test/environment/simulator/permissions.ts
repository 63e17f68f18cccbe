// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel, Shape } from '../../../generator/model/model.ts';
import { AwsApiError } from './api-error.ts';
import type { Data } from './resource.ts';

/** One right that a call needs, in the words of IAM. */
export interface NeededRight {
  /** `sagemaker:CreateModel`; `iam:PassRole` for each role that the input hands over; `iam:CreateServiceLinkedRole`. */
  readonly action: string;
  readonly resource: string;
  /** The service that the role is handed to: IAM's `iam:PassedToService`. */
  readonly passedToService?: string;
  /** The service whose role is made: IAM's `iam:AWSServiceName`. */
  readonly awsServiceName?: string;
}

/** Whether a caller has a right. */
export type Authorizer = (right: NeededRight) => boolean;

/** A call that is asked about. */
export interface AskedCall {
  readonly operation: string;
  readonly input: Data;
  /** What it is about; `*` where it is about nothing in particular. */
  readonly resourceArn: string;
  readonly callerArn: string;
}

const SERVICE = 'sagemaker.amazonaws.com';

/** Operations of which AWS's reference of actions says that they need the right to make the service's own role. */
const LINKING = new Set(['CreateDomain']);

/** AWS's refusal of a call whose rights are not all there; the action itself is asked for first. */
export function denialOf(model: ServiceModel, authorizer: Authorizer, call: AskedCall): AwsApiError | undefined {
  const missing = neededRights(model, call).find((right) => !authorizer(right));
  if (missing === undefined) return undefined;
  const { action, resource } = missing;
  return new AwsApiError(
    'AccessDeniedException',
    `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

/** The action of a call, that of making the service's own role, and `iam:PassRole` once for each role that its input names. */
export function neededRights(
  model: ServiceModel,
  { operation, input, resourceArn }: Pick<AskedCall, 'operation' | 'input' | 'resourceArn'>,
): readonly NeededRight[] {
  const own: NeededRight = { action: `sagemaker:${operation}`, resource: resourceArn };
  const shape = model.shapes.get(model.operations.get(operation)?.input ?? '');
  // Who looks, stops or deletes hands nothing over.
  if (shape === undefined || !/^(Create|Update|Start)/.test(operation)) return [own];
  const roles = [...new Set(rolesIn(model, shape, input))];
  const linked = LINKING.has(operation)
    ? [{ action: 'iam:CreateServiceLinkedRole', resource: '*', awsServiceName: SERVICE }]
    : [];
  return [own, ...linked, ...roles.map((resource) => ({ action: 'iam:PassRole', resource, passedToService: SERVICE }))];
}

/** Values of members that the model says are the ARN of a role, at any depth. What breaks the model's types is left to validation. */
function rolesIn(model: ServiceModel, shape: Shape, value: unknown): string[] {
  const into = ({ target }: Member, one: unknown): string[] => {
    const inner = model.shapes.get(target);
    return inner === undefined ? [] : rolesIn(model, inner, one);
  };
  switch (shape.kind) {
    case 'structure':
    case 'union':
      return isData(value) ? shape.members.flatMap((member) => into(member, value[member.name])) : [];
    case 'list':
      return Array.isArray(value) ? value.flatMap((one) => into(shape.member, one)) : [];
    case 'map':
      return isData(value) ? Object.values(value).flatMap((one) => into(shape.value, one)) : [];
    case 'string':
      return /:iam::.*:role\//.test(shape.traits.pattern ?? '') && typeof value === 'string' ? [value] : [];
    default:
      return [];
  }
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
