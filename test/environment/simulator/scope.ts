// SPDX-License-Identifier: Apache-2.0

/** Where a resource lives: AWS keeps every account and region apart. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** The ARN partition that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** The ARN of a SageMaker resource, `path` being `training-job/my-job`. */
export function sagemakerArn(scope: Scope, path: string): string {
  return `arn:${partitionOf(scope.region)}:sagemaker:${scope.region}:${scope.account}:${path}`;
}
