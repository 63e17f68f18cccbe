// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { kebabCase } from '../../../generator/names/names.ts';
import type { IamPolicy } from '../../environment/simulator/iam-policy.ts';

const iam = path.resolve(import.meta.dirname, '../../../generated/sagemaker/iam');

/** What a generated policy grants. */
export interface GrantedActions {
  readonly policy: IamPolicy;
  /** Of SageMaker, without the prefix, sorted. */
  readonly operations: readonly string[];
  /** Whether roles may be passed. */
  readonly passesRoles: boolean;
  /** Whether the service's own role may be made. */
  readonly linksRole: boolean;
}

/** What IAM asks for besides the operations. */
export const PASS_ROLE = 'iam:PassRole';
/** See {@link PASS_ROLE}. */
export const LINK_ROLE = 'iam:CreateServiceLinkedRole';

/** Reads a file of `iam/`. */
export async function readPolicy(file: string): Promise<GrantedActions> {
  const policy = JSON.parse(await readFile(path.join(iam, file), 'utf8')) as IamPolicy;
  const actions = policy.Statement.flatMap(({ Action }) => Action);
  const operations = actions.filter((action) => action.startsWith('sagemaker:')).map((action) => action.slice(10));
  const others = actions.filter(
    (action) => !action.startsWith('sagemaker:') && ![PASS_ROLE, LINK_ROLE].includes(action),
  );
  if (others.length > 0) throw new Error(`${file} grants what no test looks at: ${others.join(', ')}`);
  return {
    policy,
    operations: operations.sort(),
    passesRoles: actions.includes(PASS_ROLE),
    linksRole: actions.includes(LINK_ROLE),
  };
}

/** Reads the policy of one kind alone. */
export function readKindPolicy(kind: string): Promise<GrantedActions> {
  return readPolicy(`kinds/${kebabCase(kind)}.json`);
}

/** The kinds that an operation of AWS is for: one, or for tag operations all that have tags. */
export function kindsUsing(operation: string): readonly string[] {
  const isTagging = Object.values(sagemaker.tagging ?? {}).some(({ name }) => name === operation);
  return sagemaker.resources
    .filter(({ operations, list, tags }) => {
      if (isTagging) return tags !== undefined;
      return list?.name === operation || Object.values(operations).some(({ name }) => name === operation);
    })
    .map(({ kind }) => kind);
}
