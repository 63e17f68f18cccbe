// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { AwsApiError } from './api-error.ts';
import { authenticate, type Caller, NOBODY } from './authenticate.ts';
import type { CallLog, CallRecord } from './call-log.ts';
import type { FaultAction } from './faults/fault.ts';
import { faultError } from './faults/fault-error.ts';
import type { FaultTable } from './faults/fault-table.ts';
import { type Authorizer, denialOf } from './permissions.ts';
import type { ServiceRequest } from './protocol/request.ts';
import type { SageMakerService } from './sagemaker-service.ts';
import { type StsService, stsErrorXml } from './sts-service.ts';
import type { World } from './world.ts';

/** What goes back over the wire, or what happens to the connection instead. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly requestId: string;
      /** Promise the whole body and cut the connection in the middle of it. */
      readonly cut?: true;
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

/** All that answering a call needs. */
export interface CallServices {
  readonly world: World;
  readonly sagemaker: SageMakerService;
  readonly sts: StsService;
  readonly faults: FaultTable;
  readonly calls: CallLog;
  readonly random: () => number;
  /** How far AWS's clock is ahead of the machine's, in milliseconds. */
  clockSkewMs(): number;
  /** Who may do what; undefined lets everybody do everything. */
  authorizer(): Authorizer | undefined;
  /** Waits, as long as a fault wants a call to be slow. */
  sleep(ms: number): Promise<void>;
}

interface Outcome {
  readonly status: number;
  readonly code: string;
  readonly body: string;
}

/** Answers one call: who is it, what goes wrong, what does it do; and records it. */
export async function answerCall(services: CallServices, request: ServiceRequest): Promise<Reply> {
  const requestId = randomUUID();
  const at = services.world.clock.now();
  let caller: Caller;
  try {
    caller = authenticate(services.sts, request, services.clockSkewMs());
  } catch (error) {
    const outcome = errorOutcome(services, request, asApiError(error), requestId);
    record(services, request, { ...NOBODY, at, outcome, effective: false });
    return reply(request, outcome, requestId);
  }
  const name = services.sagemaker.nameIn(request.operation, request.input);
  const subject = { operation: request.operation, name, ...caller.scope };
  const faults = services.faults.take(subject, at);
  for (const fault of faults) if (fault.kind === 'latency') await services.sleep(latencyOf(fault, services.random));
  const note = (outcome: { status: number; code: string }, effective: boolean): void =>
    record(services, request, { ...caller, at, outcome, effective, ...(name === undefined ? {} : { name }) });

  const lost = faults.find((fault) => fault.kind === 'reset' || fault.kind === 'hang');
  if (lost && lost.when === 'before') {
    note({ status: 0, code: `${lost.kind}-before` }, false);
    return { kind: lost.kind };
  }
  const refusal = refusalOf(services, faults, request, caller) ?? deniedOf(services, request, caller);
  const outcome = refusal
    ? errorOutcome(services, request, refusal, requestId)
    : perform(services, request, caller, requestId);
  if (lost) {
    note({ status: 0, code: lost.kind === 'reset' ? 'reset-after' : 'hang' }, outcome.code === 'Success');
    return { kind: lost.kind };
  }
  note(outcome, outcome.code === 'Success');
  return spoil(reply(request, outcome, requestId), faults);
}

function perform(services: CallServices, request: ServiceRequest, caller: Caller, requestId: string): Outcome {
  try {
    services.world.settle();
    if (request.service === 'sts') {
      const parameters = new URLSearchParams(request.body);
      const body = services.sts.call(request.operation, parameters, caller.identity, requestId);
      return { status: 200, code: 'Success', body };
    }
    const output = services.sagemaker.call(request.operation, request.body, caller.scope);
    return { status: 200, code: 'Success', body: JSON.stringify(output) };
  } catch (error) {
    return errorOutcome(services, request, asApiError(error), requestId);
  }
}

function refusalOf(
  services: CallServices,
  faults: readonly FaultAction[],
  request: ServiceRequest,
  caller: Caller,
): AwsApiError | undefined {
  const { operation, input, service } = request;
  for (const fault of faults) {
    const resourceArn =
      service === 'sts' ? String(input['RoleArn'] ?? '*') : services.sagemaker.arnIn(operation, input, caller.scope);
    const callerArn = caller.identity?.arn ?? 'anonymous';
    const error = faultError(fault, { callerArn, action: `${service}:${operation}`, resourceArn });
    if (error && service === 'sts') return new AwsApiError(stsCode(error.code), error.message, stsStatus(error));
    if (error) return error;
  }
  return undefined;
}

/** STS is not asked: nobody needs a right to see who they are, and a role is assumed by its own trust. */
function deniedOf(services: CallServices, request: ServiceRequest, caller: Caller): AwsApiError | undefined {
  const authorizer = services.authorizer();
  if (authorizer === undefined || request.service === 'sts') return undefined;
  const { operation, input } = request;
  const resourceArn = services.sagemaker.arnIn(operation, input, caller.scope);
  const callerArn = caller.identity?.arn ?? 'anonymous';
  return denialOf(services.sagemaker.model, authorizer, { operation, input, resourceArn, callerArn });
}

function stsCode(code: string): string {
  if (code === 'AccessDeniedException') return 'AccessDenied';
  if (code === 'ThrottlingException') return 'Throttling';
  return code === 'ExpiredTokenException' ? 'ExpiredToken' : code;
}

function stsStatus(error: AwsApiError): number {
  return error.status === 400 && /AccessDenied|ExpiredToken/.test(error.code) ? 403 : error.status;
}

function errorOutcome(services: CallServices, request: ServiceRequest, error: AwsApiError, requestId: string): Outcome {
  const { code, status } = error;
  if (request.service === 'sts') return { status, code, body: stsErrorXml(error, requestId) };
  // Modelled errors have a member Message, those of the framework a member message.
  const modelled = services.sagemaker.model.operations.get(request.operation)?.errors.includes(code);
  const body = JSON.stringify({ __type: code, [modelled ? 'Message' : 'message']: error.message });
  return { status, code, body };
}

function asApiError(error: unknown): AwsApiError {
  if (error instanceof AwsApiError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // A mistake in the simulator must be seen by whoever runs the test, not taken for a fault of AWS's.
  return new AwsApiError('SimulatorDefect', `The simulator failed: ${text}`, 500);
}

function record(
  services: CallServices,
  request: ServiceRequest,
  more: Caller & {
    readonly at: number;
    readonly outcome: { readonly status: number; readonly code: string };
    readonly effective: boolean;
    readonly name?: string;
  },
): void {
  const { service, operation, input } = request;
  const { status, code } = more.outcome;
  const entry: Omit<CallRecord, 'sequence'> = {
    at: more.at,
    service,
    operation,
    ...more.scope,
    accessKeyId: more.accessKeyId,
    name: more.name,
    input,
    status,
    code,
    effective: more.effective,
  };
  services.calls.add(entry);
}

function reply(request: ServiceRequest, outcome: Outcome, requestId: string): Extract<Reply, { kind: 'answer' }> {
  const contentType = request.service === 'sts' ? 'text/xml' : 'application/x-amz-json-1.1';
  return { kind: 'answer', status: outcome.status, contentType, body: outcome.body, requestId };
}

function spoil(answer: Extract<Reply, { kind: 'answer' }>, faults: readonly FaultAction[]): Reply {
  const fault = faults.find((one) => one.kind === 'malformed');
  if (!fault) return answer;
  const half = answer.body.slice(0, Math.ceil(answer.body.length / 2));
  switch (fault.how) {
    case 'truncated':
      return { ...answer, cut: true };
    case 'not-json':
      return { ...answer, body: half };
    case 'empty':
      return { ...answer, body: '' };
    default:
      return { ...answer, contentType: 'text/html', body: '<html><body>Bad gateway</body></html>' };
  }
}

function latencyOf(fault: Extract<FaultAction, { kind: 'latency' }>, random: () => number): number {
  return fault.ms + random() * Math.max(0, (fault.maxMs ?? fault.ms) - fault.ms);
}
