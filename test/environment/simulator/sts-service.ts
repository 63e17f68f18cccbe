// SPDX-License-Identifier: Apache-2.0
import { AwsApiError } from './api-error.ts';
import { partitionOf } from './scope.ts';
import type { SimulatorClock } from './simulator-clock.ts';

/** Who a request was made by. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

/** STS: who a key belongs to, and new keys for roles. */
export interface StsService {
  /**
   * The identity behind an access key: of an assumed role if STS gave it out, else the user of the default account.
   * @throws AwsApiError ExpiredTokenException for a session that has ended
   */
  identify(accessKeyId: string, region: string): Identity;
  /**
   * Answers an operation in STS's XML.
   * @throws AwsApiError for unknown operations and bad input
   */
  call(operation: string, parameters: URLSearchParams, caller: Identity | undefined, requestId: string): string;
}

/** How STS is set up. */
export interface StsOptions {
  readonly clock: SimulatorClock;
  readonly random: () => number;
  readonly account: string;
  /** Long-lived access keys of other accounts. */
  readonly accounts: ReadonlyMap<string, string>;
}

const MAX_SESSIONS = 10_000;
const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/;

/** STS with no sessions yet. */
export function createStsService(options: StsOptions): StsService {
  const sessions = new Map<string, { readonly identity: Identity; readonly expiresAt: number }>();
  const assume = (parameters: URLSearchParams): string => {
    const role = ROLE.exec(parameters.get('RoleArn') ?? '');
    const name = parameters.get('RoleSessionName') ?? '';
    if (!role) throw invalid(parameters.get('RoleArn'), 'roleArn');
    if (!/^[\w+=,.@-]{2,64}$/.test(name)) throw invalid(name, 'roleSessionName');
    const [, account = '', roleName = ''] = role;
    const partition = role[0].split(':')[1];
    const keyId = `ASIA${randomUpper(options.random, 16)}`;
    const roleId = `AROA${randomUpper(options.random, 17)}`;
    const arn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${name}`;
    const expiresAt = options.clock.now() + Number(parameters.get('DurationSeconds') ?? 3600) * 1000;
    sessions.set(keyId, { identity: { account, arn, userId: `${roleId}:${name}` }, expiresAt });
    if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value ?? '');
    const secret = randomUpper(options.random, 40);
    return `${element('Credentials', {
      AccessKeyId: keyId,
      SecretAccessKey: secret,
      SessionToken: randomUpper(options.random, 120),
      Expiration: new Date(expiresAt).toISOString(),
    })}${element('AssumedRoleUser', { AssumedRoleId: `${roleId}:${name}`, Arn: arn })}`;
  };
  return {
    identify(accessKeyId, region) {
      const session = sessions.get(accessKeyId);
      if (session && session.expiresAt <= options.clock.now()) {
        throw new AwsApiError('ExpiredTokenException', 'The security token included in the request is expired');
      }
      if (session) return session.identity;
      const account = options.accounts.get(accessKeyId) ?? options.account;
      return {
        account,
        arn: `arn:${partitionOf(region)}:iam::${account}:user/simulator`,
        userId: 'AIDASIMULATOR0000000',
      };
    },
    call(operation, parameters, caller, requestId) {
      const result = answer(operation, parameters, caller, assume);
      return `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result>${element('ResponseMetadata', { RequestId: requestId })}</${operation}Response>`;
    },
  };
}

/** An error in STS's XML. */
export function stsErrorXml(error: AwsApiError, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const detail = element('Error', { Type: type, Code: error.code, Message: error.message });
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${detail}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function answer(
  operation: string,
  parameters: URLSearchParams,
  caller: Identity | undefined,
  assume: (parameters: URLSearchParams) => string,
): string {
  switch (operation) {
    case 'GetCallerIdentity':
      if (!caller) throw missingToken();
      return fields({ UserId: caller.userId, Account: caller.account, Arn: caller.arn });
    case 'AssumeRole':
      if (!caller) throw missingToken();
      return assume(parameters);
    case 'AssumeRoleWithWebIdentity':
      if (!parameters.get('WebIdentityToken')) throw invalid(null, 'webIdentityToken');
      return assume(parameters);
    default:
      throw new AwsApiError('InvalidAction', `Could not find operation ${operation} for version 2011-06-15`);
  }
}

function missingToken(): AwsApiError {
  return new AwsApiError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
}

function invalid(value: string | null, member: string): AwsApiError {
  const shown = value === null ? 'Value null' : `Value '${value}'`;
  const message = `1 validation error detected: ${shown} at '${member}' failed to satisfy constraint: Member must ${value === null ? 'not be null' : 'satisfy its pattern'}`;
  return new AwsApiError('ValidationError', message);
}

function element(name: string, members: Readonly<Record<string, string>>): string {
  return `<${name}>${fields(members)}</${name}>`;
}

function fields(members: Readonly<Record<string, string>>): string {
  return Object.entries(members)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function randomUpper(random: () => number, length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
}
