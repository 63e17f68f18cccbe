// SPDX-License-Identifier: Apache-2.0
import type { AwsError } from '../aws/aws-error.ts';
import type { ErrorClass, ResourceDefinition, ServiceDefinition } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { DEFAULT_REGION, REGION } from './annotations.ts';
import type { Problem } from './conditions.ts';
import { hideSensitive } from './hide-sensitive.ts';
import { specPathIn } from './message-path.ts';
import { type Backoff, QUICK, SLOW } from './pauses.ts';
import { ownValue } from './plain-object.ts';
import { withShortChoices } from './short-choices.ts';

/** What the controller does about an error of AWS. */
export interface Treatment {
  readonly type: Problem['type'];
  /** The reason of the conditions. */
  readonly reason: string;
  /** The pause before the next try; absent for terminal ones, which wait for an edit. */
  readonly backoff?: Backoff;
  /** Passes by itself so often that it is told only when it lasts. */
  readonly quiet?: true;
  /** Tells it by an Event once it has lasted for some tries. */
  readonly eventWhenLasting?: true;
}

const TREATMENTS: Readonly<Record<ErrorClass, Treatment>> = {
  notFound: { type: 'recoverable', reason: 'NotFound', backoff: { firstMs: 2_000, maxMs: 60_000 } },
  alreadyExists: { type: 'recoverable', reason: 'AlreadyExists', backoff: SLOW },
  invalid: { type: 'terminal', reason: 'Invalid' },
  denied: { type: 'recoverable', reason: 'AccessDenied', backoff: SLOW },
  // The bucket paces these, and they keep their place in its line.
  throttled: { type: 'recoverable', reason: 'Throttled', backoff: { firstMs: 1_000, maxMs: 10_000 }, quiet: true },
  conflict: { type: 'recoverable', reason: 'Conflict', backoff: { firstMs: 1_000, maxMs: 30_000 } },
  // It may be applied in the same breath.
  missing: {
    type: 'recoverable',
    reason: 'ReferenceNotFound',
    backoff: { firstMs: 1_000, maxMs: 30_000 },
    eventWhenLasting: true,
  },
  quota: { type: 'recoverable', reason: 'QuotaExceeded', backoff: { firstMs: 30_000, maxMs: 300_000 } },
  fault: { type: 'recoverable', reason: 'ServiceFault', backoff: QUICK, quiet: true },
  // Expired ones are loaded anew and a clock that is off is set right by the first refusal, so the next try may well be good.
  credentials: {
    type: 'recoverable',
    reason: 'NoCredentials',
    backoff: { firstMs: 1_000, maxMs: 600_000 },
    quiet: true,
  },
  unknown: { type: 'recoverable', reason: 'AwsError', backoff: QUICK },
};

/** What is done about an error of this class. */
export function treatmentOf(errorClass: ErrorClass): Treatment {
  return TREATMENTS[errorClass];
}

/** The same, for a write whose answer was lost: whether it happened is found out by reading. */
export const LOST_ANSWER: Treatment = { type: 'recoverable', reason: 'NoAnswer', backoff: QUICK, quiet: true };

/** The same, for what was never sent since no connection came about. A host that is not known is worth an Event: the region may be wrong. */
export function unreachable({ code }: AwsError): Treatment {
  const isUnknown = code === 'ENOTFOUND';
  const treatment = { type: 'recoverable', reason: 'Unreachable', backoff: QUICK, quiet: true } as const;
  return isUnknown ? { ...treatment, eventWhenLasting: true } : treatment;
}

/** What a problem is told about. */
export interface ProblemSubject {
  readonly service: ServiceDefinition;
  readonly definition: ResourceDefinition;
  readonly object: CustomResource;
}

/** Tells an AWS error as a problem of the object: what AWS said, without sensitive values, and what the person who reads it can do. */
export function problemOf(error: AwsError, treatment: Treatment, subject: ProblemSubject): Problem {
  const message = hideSensitive(messageOf(error, treatment, subject), subject.definition.spec, subject.object.spec);
  return { type: treatment.type, reason: treatment.reason, message };
}

function messageOf(error: AwsError, treatment: Treatment, { service, definition, object }: ProblemSubject): string {
  const said = `${error.code}: ${withShortChoices(error.message)}`;
  switch (treatment.reason) {
    case 'Invalid': {
      const path = specPathIn(error.message, definition);
      if (path === undefined) return said;
      const isDefault = path === definition.nameField && ownValue(object.spec, path) === undefined;
      return isDefault ? `metadata.name, which is used as spec.${path}: ${said}` : `spec.${path}: ${said}`;
    }
    case 'AccessDenied':
      return deniedMessage(error, service, said);
    case 'NoCredentials':
      return `The controller has no usable AWS credentials for ${error.operation}: ${error.message}`;
    case 'NoAnswer':
      return `AWS gave no answer to ${error.operation} (${said}); what came of it is looked up.`;
    case 'Unreachable':
      return unreachableMessage(error);
    default:
      return said;
  }
}

function unreachableMessage({ operation, message, code }: AwsError): string {
  const advice =
    code === 'ENOTFOUND'
      ? ` Is the region right (annotation ${REGION}, the namespace's ${DEFAULT_REGION}, or the flag --aws-region)?`
      : '';
  return `${operation} could not be sent: ${message}.${advice}`;
}

/** Names the IAM action that is missing: as AWS names it, else after the operation that was refused. */
function deniedMessage(error: AwsError, service: ServiceDefinition, said: string): string {
  const named = /not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9*]+)/.exec(error.message)?.[1];
  // Such an answer is about the role in the spec, which AWS itself could not assume.
  if (named === undefined && /assume role/i.test(error.message)) return said;
  return `Permission is missing: ${named ?? `${service.name}:${error.operation}`}. AWS answered: ${said}`;
}
