// SPDX-License-Identifier: Apache-2.0
import type { Authorizer, NeededRight } from './permissions.ts';

/** An identity policy, as far as ours go: no Deny, no NotAction, no operator but StringEquals. */
export interface IamPolicy {
  readonly Statement: readonly IamStatement[];
}

/** One statement of a policy. */
export interface IamStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Grants what a policy allows, by IAM's rules.
 * @throws Error for a policy with something that this does not know, and so might grant by mistake
 */
export function authorizerOf(policy: IamPolicy): Authorizer {
  for (const statement of policy.Statement) checkStatement(statement);
  return (right) => policy.Statement.some((statement) => isGranted(statement, right));
}

const MEMBERS = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

function checkStatement(statement: IamStatement): void {
  const unknown = Object.keys(statement).filter((name) => !MEMBERS.has(name));
  const operators = Object.keys(statement.Condition ?? {}).filter((name) => name !== 'StringEquals');
  if (statement.Effect !== 'Allow') unknown.push(`Effect ${statement.Effect}`);
  if (unknown.length + operators.length > 0) {
    throw new Error(`this policy has what is not understood here: ${[...unknown, ...operators].join(', ')}`);
  }
}

function isGranted({ Action, Resource, Condition }: IamStatement, right: NeededRight): boolean {
  if (!matchesAny(Action, right.action) || !matchesAny(Resource, right.resource)) return false;
  // A condition on a key that the request does not have is not met.
  return Object.entries(Condition?.['StringEquals'] ?? {}).every(([key, value]) => contextOf(right)[key] === value);
}

function contextOf({ passedToService, awsServiceName }: NeededRight): Readonly<Record<string, string>> {
  return {
    ...(passedToService !== undefined && { 'iam:PassedToService': passedToService }),
    ...(awsServiceName !== undefined && { 'iam:AWSServiceName': awsServiceName }),
  };
}

function matchesAny(patterns: string | readonly string[], text: string): boolean {
  return [patterns].flat().some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(text);
  });
}
