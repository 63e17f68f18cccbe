// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import { classifyError } from '../aws/classify-error.ts';
import { requireAnswer } from '../aws/require-answer.ts';
import type { OperationDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { deepFreeze } from '../kubernetes/deep-freeze.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { callAws } from './call-aws.ts';
import { callPages } from './call-pages.ts';
import { creationTimeIn } from './creation-time.ts';
import type { AnyObserved } from './finding.ts';
import { appliedOf, hookContext, type Pass, subjectOf } from './pass.ts';
import { stateOf } from './resource-state.ts';
import { isSpecWanted } from './wanted.ts';

/** The answer of the read operation. */
export type Reading =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'found';
      readonly observed: AnyObserved;
      readonly arn: string | undefined;
      /** When AWS created it, in milliseconds since the epoch, where AWS says so. */
      readonly createdAt: number | undefined;
    };

/**
 * Reads the resource by one call. Without the identifiers that the read needs it is absent, and AWS is not asked. What AWS still
 * describes although it is gone counts as absent. Throws `AwsError` for every other answer.
 */
export async function readAws(pass: Pass, subject: CustomResource = subjectOf(pass)): Promise<Reading> {
  const { compiled } = pass;
  const { definition } = pass.options;
  const { read } = definition.operations;
  if (compiled.missingInput(read, subject).length > 0) return { kind: 'absent' };
  let output: Record<string, unknown>;
  try {
    output = await readPages(pass, read, compiled.toInput(read, subject, {}));
  } catch (error) {
    const context = { role: 'read', definition, service: pass.options.service } as const;
    if (isAwsError(error) && classifyError(error, context) === 'notFound') return { kind: 'absent' };
    throw error;
  }
  requireAnswer(read.name, output);
  const plain: AnyObserved = compiled.fromOutput(read, output);
  const observed = deepFreeze(definition.hooks?.afterRead?.(output, plain) ?? plain);
  if (stateOf(definition, observed.status)?.class === 'gone') return { kind: 'absent' };
  pass.observed = observed;
  delete pass.memory.absentSince;
  return { kind: 'found', observed, arn: arnIn(observed), createdAt: creationTimeIn(output) };
}

/** The whole of an answer that comes in pages. */
async function readPages(
  pass: Pass,
  read: OperationDefinition,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (!read.pages) return callAws(pass, read, input);
  const { token, list } = read.pages;
  let first: Record<string, unknown> | undefined;
  const elements: unknown[] = [];
  for await (const output of callPages(pass, read, input, token)) {
    first ??= output;
    elements.push(...listAt(output, list));
  }
  return { ...first, [list]: elements };
}

function listAt(output: Record<string, unknown>, name: string): unknown[] {
  const list = output[name];
  return Array.isArray(list) ? list : [];
}

/** The differences between spec and AWS that count, hooks applied. */
export function differencesOf(pass: Pass, observed: AnyObserved): readonly Difference[] {
  const found = pass.compiled.compare(pass.desired.spec, observed.spec, appliedOf(pass), isSpecWanted(pass));
  return pass.options.definition.hooks?.compare?.(found, hookContext(pass, found)) ?? found;
}

/** The ARN in what was observed. */
export function arnIn(observed: AnyObserved): string | undefined {
  const home = observed.status['ackResourceMetadata'];
  const arn = typeof home === 'object' && home !== null ? (home as { arn?: unknown }).arn : undefined;
  return typeof arn === 'string' && arn !== '' ? arn : undefined;
}
