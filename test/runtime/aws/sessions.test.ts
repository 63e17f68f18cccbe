// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { type AwsError, isAwsError } from '../../../runtime/aws/aws-error.ts';
import type { AwsOperation, AwsTarget } from '../../../runtime/aws/aws-session.ts';
import { createAwsSessions } from '../../../runtime/aws/sessions.ts';
import type { ServiceDefinition } from '../../../runtime/definition.ts';
import type { Log } from '../../../runtime/observability/log.ts';
import type { AwsRequest } from '../../../runtime/observability/metrics.ts';
import type { Settings } from '../../../runtime/settings.ts';
import { type FakeAwsServer, failure, json, long, startFakeAwsServer, text } from '../../support/fake-aws-server.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const never = new AbortController().signal;
const create: AwsOperation = { name: 'CreateTrainingJob', command: CreateTrainingJobCommand, class: 'create' };
const describeJob: AwsOperation = {
  name: 'DescribeTrainingJob',
  command: DescribeTrainingJobCommand,
  class: 'observe',
};
const stop: AwsOperation = { name: 'StopTrainingJob', command: StopTrainingJobCommand, class: 'delete' };
const target: AwsTarget = { accountId: '111122223333', region: 'us-west-2', partition: 'aws' };
const START = Date.UTC(2026, 0, 1);
const ROLE = 'arn:aws:iam::444455556666:role/team-a';
const JOB = 'arn:aws:sagemaker:us-west-2:111122223333:training-job/x';

const service: ServiceDefinition = {
  name: 'sagemaker',
  group: 'sagemaker.services.k8s.aws',
  version: 'v1alpha1',
  client: SageMakerClient,
  errors: [],
  resources: [],
};

let server: FakeAwsServer;
let sts: FakeAwsServer;
const environment = { ...process.env };

beforeAll(async () => {
  server = await startFakeAwsServer();
  sts = await startFakeAwsServer();
});
afterAll(async () => {
  await Promise.all([server.close(), sts.close()]);
});
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIAFIRST',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_CONFIG_FILE: '/nonexistent/config',
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, environment);
});

function start(overrides: Partial<Settings> = {}, env: Record<string, string> = {}) {
  const clock = createFakeClock();
  const requests: AwsRequest[] = [];
  const logged: unknown[] = [];
  const write = (fields: object, message: string): void => void logged.push({ ...fields, message });
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  const settings = {
    awsRegion: 'us-west-2',
    awsEndpointUrl: server.url,
    awsIdentityEndpointUrl: sts.url,
    allowUnsafeAwsEndpointUrls: true,
    httpClientTimeoutMs: 60_000,
    ...overrides,
  } as Settings;
  const metrics = { awsRequest: (request: AwsRequest) => void requests.push(request) };
  const sessions = createAwsSessions({ service, version: '1.2.3', settings, env, clock, log, metrics });
  return { sessions, session: sessions.session(target), clock, requests, logged };
}

const webIdentity = text(
  `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
   <AccessKeyId>ASIAWEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
   <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  200,
  { 'content-type': 'text/xml' },
);

async function errorOf(promise: Promise<unknown>): Promise<AwsError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isAwsError(error)) throw new Error(`no AwsError: ${String(error)}`, { cause: error });
  return error;
}

describe('an answer', () => {
  test('is given back without metadata, for one signed request with our User-Agent', async () => {
    const { session, requests, sessions } = start();
    server.answerWith(json({ TrainingJobArn: JOB }));
    const output = await session.call(create, { TrainingJobName: 'x' }, { signal: never });
    expect(output).toEqual({ TrainingJobArn: JOB });
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(JSON.parse(request?.body ?? '')).toEqual({ TrainingJobName: 'x' });
    expect(request?.headers['x-amz-target']).toBe('SageMaker.CreateTrainingJob');
    expect(request?.headers.authorization).toContain('Credential=AKIAFIRST/');
    expect(request?.headers['user-agent']).toMatch(
      /^aws-controllers-k8s\/sagemaker\.services\.k8s\.aws-1\.2\.3 \(CRDVersion\/v1alpha1\) aws-sdk-js\//,
    );
    expect(requests).toEqual([{ service: 'sagemaker', operation: 'CreateTrainingJob', seconds: 0 }]);
    sessions.close();
  });

  test('carries dates as dates, and map keys of any name in both directions', async () => {
    const { session } = start();
    server.answerWith(text('{"CreationTime":1767225600.5,"HyperParameters":{"__proto__":"1","constructor":"2"}}'));
    const hyperParameters = JSON.parse('{"__proto__":"1","constructor":"2"}');
    const output = await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(output['CreationTime']).toEqual(new Date('2026-01-01T00:00:00.500Z'));
    expect(Object.keys(output['HyperParameters'] as object)).toEqual(['__proto__', 'constructor']);
    await session.call(create, { TrainingJobName: 'x', HyperParameters: hyperParameters }, { signal: never });
    expect(server.requests[1]?.body).toContain('"__proto__":"1","constructor":"2"');
  });

  test('may be empty where AWS has nothing to say', async () => {
    const { session } = start();
    server.answerWith(text(''));
    await expect(session.call(stop, { TrainingJobName: 'x' }, { signal: never })).resolves.toEqual({});
  });
});

describe('a failure', () => {
  const cut = json({ TrainingJobArn: JOB });
  test.each([
    [
      'an error of AWS',
      failure('ValidationException', 'Requested resource not found.'),
      { failure: 'response', code: 'ValidationException', httpStatus: 400, requestId: 'request-1' },
    ],
    [
      'a qualified code',
      failure('com.amazonaws.sagemaker#ResourceInUse', 'taken'),
      { failure: 'response', code: 'ResourceInUse' },
    ],
    [
      'a server fault',
      failure('InternalFailure', '', 500),
      { failure: 'response', code: 'InternalFailure', httpStatus: 500 },
    ],
    [
      'a request to come later',
      failure('ServiceUnavailable', 'busy', 503, { 'retry-after': '7' }),
      { failure: 'response', httpStatus: 503, retryAfterMs: 7_000 },
    ],
    [
      'truncated JSON',
      text('{"TrainingJobArn": "arn:aw'),
      { failure: 'malformed', code: 'MalformedAnswer', httpStatus: 200 },
    ],
    ['HTML with 200', text('<html>sign in</html>'), { failure: 'malformed', httpStatus: 200 }],
    ['HTML with 502', text('<html>bad gateway</html>', 502), { failure: 'malformed', httpStatus: 502 }],
    [
      'an answer without an end',
      long(Number.POSITIVE_INFINITY),
      { failure: 'malformed', code: 'AnswerTooLong', httpStatus: 200 },
    ],
    [
      'a refusal without an end',
      long(Number.POSITIVE_INFINITY, 400),
      { failure: 'malformed', code: 'AnswerTooLong', httpStatus: 400 },
    ],
    [
      'a connection cut within the answer',
      (_: unknown, response: Parameters<typeof cut>[1]) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"TrainingJobArn"');
        setTimeout(() => response.destroy(), 20);
      },
      { failure: 'connection', code: 'ECONNRESET', httpStatus: 0 },
    ],
    [
      'a connection cut before the answer',
      (_: unknown, response: Parameters<typeof cut>[1]) => void response.destroy(),
      { failure: 'connection', code: 'ECONNRESET', httpStatus: 0 },
    ],
  ] as const)('%s is told as such, after one attempt', async (_, answer, want) => {
    const { session, requests } = start();
    server.answerWith(answer);
    const error = await errorOf(session.call(create, { TrainingJobName: 'x' }, { signal: never }));
    expect(error).toMatchObject({ ...want, operation: 'CreateTrainingJob' });
    expect(error.message).not.toBe('');
    expect(error.message).not.toMatch(/html|\$response|\n/);
    expect(server.requests).toHaveLength(1);
    expect(requests).toMatchObject([{ operation: 'CreateTrainingJob', errorStatus: error.httpStatus }]);
  });

  test('to connect names the host and the reason', async () => {
    const { session } = start({ awsEndpointUrl: 'http://127.0.0.1:1' });
    const error = await errorOf(session.call(create, { TrainingJobName: 'x' }, { signal: never }));
    expect(error).toMatchObject({ failure: 'connection', code: 'ECONNREFUSED' });
    expect(error.message).toBe('127.0.0.1 cannot be reached: ECONNREFUSED');
  });

  test('to answer in time ends the call', async () => {
    const { session, clock } = start({ httpClientTimeoutMs: 5_000 });
    const arrived = new Promise<void>((resolve) => server.answerWith(() => resolve()));
    const call = errorOf(session.call(create, { TrainingJobName: 'x' }, { signal: never }));
    await arrived;
    await clock.advance(5_000);
    const error = await call;
    expect(error).toMatchObject({ failure: 'connection', code: 'TimeoutError' });
    expect(error.message).toBe('127.0.0.1 did not answer within 5 s');
    expect(clock.pending).toBe(0);
  });

  test('ends with the caller: a call in flight is aborted', async () => {
    const { session } = start();
    const controller = new AbortController();
    const arrived = new Promise<void>((resolve) => server.answerWith(() => resolve()));
    const call = errorOf(session.call(create, { TrainingJobName: 'x' }, { signal: controller.signal }));
    await arrived;
    controller.abort(new Error('stopping'));
    expect(await call).toMatchObject({ failure: 'connection', code: 'AbortError' });
  });
});

test('a connection that is cut within an answer of unknown length is told as such', async () => {
  const { session } = start();
  server.answerWith((_, response) => {
    response.write('{"TrainingJobArn"', () => response.destroy());
  });
  const error = await errorOf(session.call(create, { TrainingJobName: 'x' }, { signal: never }));
  expect(error).toMatchObject({ failure: 'connection', code: 'ECONNRESET' });
});

describe('before a call is sent', () => {
  test('beforeSend may stop it, after credentials and signature, and its error comes back as it is', async () => {
    const { session, requests } = start();
    server.answerWith(json({}));
    const lost = new Error('the Lease was lost');
    const beforeSend = (): void => {
      throw lost;
    };
    await expect(session.call(create, { TrainingJobName: 'x' }, { signal: never, beforeSend })).rejects.toBe(lost);
    expect(server.requests).toHaveLength(0);
    expect(requests).toEqual([]);
  });

  test('it waits for its turn once AWS has throttled', async () => {
    const { session, clock, requests } = start();
    server.answerWith(failure('ThrottlingException', 'Rate exceeded'), json({ TrainingJobArn: JOB }));
    const error = await errorOf(session.call(create, { TrainingJobName: 'x' }, { signal: never }));
    expect(error).toMatchObject({ failure: 'response', code: 'ThrottlingException' });
    expect(requests).toMatchObject([{ errorStatus: error.httpStatus, isThrottled: true }]);
    const waits: number[] = [];
    const call = session.call(create, { TrainingJobName: 'x' }, { signal: never, onWait: (ms) => waits.push(ms) });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(0);
    await clock.settle();
    expect(server.requests).toHaveLength(1);
    await clock.advance(waits[0] ?? 0);
    await expect(call).resolves.toEqual({ TrainingJobArn: JOB });
  });

  test.each([
    [
      'a plain-text endpoint',
      { endpointUrl: 'http://169.254.169.254' },
      { allowUnsafeAwsEndpointUrls: false },
      'InvalidEndpoint',
    ],
    ['an endpoint of another scheme', { endpointUrl: 'file:///etc/passwd' }, {}, 'InvalidEndpoint'],
    ['an endpoint that is no URL', { endpointUrl: 'nonsense' }, {}, 'InvalidEndpoint'],
    ['a region that is none', { region: 'evil.example.com/?' }, {}, 'InvalidRegion'],
  ])('%s is refused', async (_, part, settings, code) => {
    const { sessions } = start(settings);
    server.answerWith(json({}));
    const call = sessions
      .session({ ...target, ...part })
      .call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(await errorOf(call)).toMatchObject({ failure: 'unsent', code });
    expect(server.requests).toHaveLength(0);
  });

  test.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SAGEMAKER'])(
    'a plain-text endpoint that the SDK finds in %s is refused',
    async (name) => {
      process.env[name] = server.url;
      const { sessions, requests } = start({
        allowUnsafeAwsEndpointUrls: false,
        awsEndpointUrl: undefined,
        awsIdentityEndpointUrl: undefined,
      });
      server.answerWith(json({}));
      const call = sessions.session(target).call(describeJob, { TrainingJobName: 'x' }, { signal: never });
      const error = await errorOf(call);
      expect(error.message).toContain(
        'the endpoint URL of 127.0.0.1 is not https; look at AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> and endpoint_url of the profile',
      );
      expect(error).toMatchObject({
        failure: 'unsent',
        code: 'InvalidEndpoint',
        operation: 'DescribeTrainingJob',
      });
      expect(server.requests).toHaveLength(0);
      expect(requests).toEqual([]);
    },
  );

  test("a target's own endpoint goes before the setting", async () => {
    const { sessions } = start({ awsEndpointUrl: 'http://127.0.0.1:1' });
    server.answerWith(json({}));
    await sessions
      .session({ ...target, endpointUrl: server.url })
      .call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(server.requests).toHaveLength(1);
  });

  test('it goes through the proxy that the environment names', async () => {
    const { session } = start({ awsEndpointUrl: 'http://sagemaker.example.com' }, { HTTP_PROXY: server.url });
    server.answerWith(json({ TrainingJobArn: JOB }));
    await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(server.requests[0]?.url).toBe('http://sagemaker.example.com/');
  });

  test('a CA bundle that cannot be read is said at once', () => {
    expect(() => start({}, { AWS_CA_BUNDLE: '/nonexistent/ca.pem' })).toThrow(
      'AWS_CA_BUNDLE names /nonexistent/ca.pem, which cannot be read (ENOENT)',
    );
  });
});

describe('credentials', () => {
  test('that expired are loaded again for the next call', async () => {
    const { session } = start();
    server.answerWith(
      failure('ExpiredTokenException', 'The security token included in the request is expired'),
      json({}),
    );
    const error = await errorOf(session.call(describeJob, { TrainingJobName: 'x' }, { signal: never }));
    expect(error).toMatchObject({ failure: 'response', code: 'ExpiredTokenException' });
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIASECOND';
    await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(server.requests.map((request) => /Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1])).toEqual(
      ['AKIAFIRST', 'AKIASECOND'],
    );
  });

  test('that nobody has are told in one sentence, and nothing is sent', async () => {
    const { session } = start();
    delete process.env['AWS_ACCESS_KEY_ID'];
    const error = await errorOf(session.call(describeJob, { TrainingJobName: 'x' }, { signal: never }));
    expect(error).toMatchObject({ failure: 'credentials', code: 'CredentialsProviderError', httpStatus: 0 });
    expect(error.message).toBe('no usable AWS credentials were found');
  });

  test('never show up in a log or an error', async () => {
    const { session, logged } = start();
    server.answerWith(failure('InvalidSignatureException', 'no', 403));
    const error = await errorOf(session.call(describeJob, { TrainingJobName: 'x' }, { signal: never }));
    expect(JSON.stringify([logged, error.message])).not.toMatch(/secret-of-the-test|AKIA/);
  });

  test("a clock that is off is set right by AWS's answer", async () => {
    const { session } = start();
    const hourAhead = new Date(Date.now() + 3_600_000);
    const skewed = failure('InvalidSignatureException', 'Signature expired', 403, { date: hourAhead.toUTCString() });
    server.answerWith(skewed, json({}));
    await errorOf(session.call(describeJob, { TrainingJobName: 'x' }, { signal: never }));
    await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    const date = String(server.requests[1]?.headers['x-amz-date']);
    expect(date.slice(0, 11)).toBe(hourAhead.toISOString().replaceAll(/[-:]/g, '').slice(0, 11));
  });

  test("AWS's time is known from its answers, those of STS and refusals too", async () => {
    const answered = (hours: number) => ({ date: new Date(START + hours * 3_600_000).toUTCString() });
    const { sessions, session } = start();
    expect(sessions.now()).toBe(START);
    server.answerWith(failure('ThrottlingException', 'Rate exceeded', 400, answered(1)), json({}, 200, answered(2)));
    await errorOf(session.call(describeJob, { TrainingJobName: 'x' }, { signal: never }));
    expect(sessions.now()).toBe(START + 3_600_000);
    await session.call(create, { TrainingJobName: 'x' }, { signal: never });
    expect(sessions.now()).toBe(START + 2 * 3_600_000);
    sts.answerWith(text('<nothing/>', 403, { 'content-type': 'text/xml', ...answered(3) }));
    await errorOf(sessions.identity(never));
    expect(sessions.now()).toBe(START + 3 * 3_600_000);
  });
});

describe('the time of an endpoint', () => {
  const later = { date: new Date(START + 3_600_000).toUTCString() };
  const input = { TrainingJobName: 'x' };

  test("that a target has for itself is not taken for everybody's", async () => {
    const { sessions } = start({ awsEndpointUrl: undefined });
    const session = sessions.session({ ...target, endpointUrl: server.url });
    server.answerWith(failure('ValidationException', 'no', 400, later), json({}, 200, later));
    await errorOf(session.call(describeJob, input, { signal: never }));
    await session.call(describeJob, input, { signal: never });
    expect(sessions.now()).toBe(START);
  });

  test('that the setting names is, also where a target says it', async () => {
    const { sessions } = start();
    server.answerWith(json({}, 200, later));
    await sessions.session({ ...target, endpointUrl: server.url }).call(describeJob, input, { signal: never });
    expect(sessions.now()).toBe(START + 3_600_000);
  });
});

describe('the default chain', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ack-credentials-'));
    writeFileSync(join(folder, 'token'), 'a-token');
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const accessKey = () => /Credential=(\w+)/.exec(server.requests[0]?.headers.authorization ?? '')?.[1];

  test('takes a web identity (IRSA), which STS changes into credentials at the identity endpoint', async () => {
    process.env['AWS_ROLE_ARN'] = ROLE;
    process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] = join(folder, 'token');
    const { session } = start();
    server.answerWith(json({}));
    sts.answerWith(webIdentity);
    await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(new URLSearchParams(sts.requests[0]?.body).get('WebIdentityToken')).toBe('a-token');
    expect(accessKey()).toBe('ASIAWEB');
  });

  describe('whose STS does not answer', () => {
    // One of its own: what was given up may ask again later.
    let silent: FakeAwsServer;
    let asked: Promise<void>;
    let answerNow: () => void;
    const input = { TrainingJobName: 'x' };
    const startSilent = (overrides: Partial<Settings> = {}) =>
      start({ awsIdentityEndpointUrl: silent.url, ...overrides });
    beforeEach(async () => {
      silent = await startFakeAwsServer();
      process.env['AWS_ROLE_ARN'] = ROLE;
      process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] = join(folder, 'token');
      server.answerWith(json({}));
      asked = new Promise((resolve) => {
        silent.answerWith((request, response) => {
          answerNow = () => webIdentity(request, response);
          resolve();
        });
      });
    });
    afterEach(() => silent.close());

    test('fails the calls that wait for it after 45 s, and is asked anew by the next ones', async () => {
      const { session, sessions, clock } = startSilent({ httpClientTimeoutMs: 0 });
      const calls = [session, sessions.session({ ...target, region: 'eu-west-1' })].map((each) =>
        errorOf(each.call(describeJob, input, { signal: never })),
      );
      await asked;
      await clock.advance(45_000);
      for (const error of await Promise.all(calls)) {
        expect(error).toMatchObject({ failure: 'credentials', code: 'TimeoutError', httpStatus: 0 });
        expect(error.message).toBe(
          'no usable AWS credentials were found: what gives them (STS, an agent, or a process that the profile names) did not answer within 45 s',
        );
      }
      silent.answerWith(webIdentity);
      await session.call(describeJob, input, { signal: never });
      expect(server.requests).toHaveLength(1);
    });

    test('holds no call beyond its own limit, and what is given up is not sent when it answers after all', async () => {
      const { session, sessions, clock, requests } = startSilent({ httpClientTimeoutMs: 5_000 });
      const sent: string[] = [];
      const options = (name: string) => ({ signal: never, beforeSend: () => void sent.push(name) });
      const [call, identity] = [session.call(create, input, options('first')), sessions.identity(never)].map(errorOf);
      await asked;
      await clock.advance(5_000);
      expect([await call, await identity]).toMatchObject([
        { failure: 'credentials', code: 'TimeoutError' },
        { failure: 'credentials', code: 'TimeoutError' },
      ]);
      const next = session.call(create, input, options('next'));
      answerNow();
      await next;
      expect(sent).toEqual(['next']);
      expect(server.requests).toHaveLength(1);
      expect(requests).toHaveLength(1);
    });

    test('lets the caller end its wait at once', async () => {
      const { session, sessions } = startSilent();
      const controller = new AbortController();
      const [call, identity] = [
        session.call(create, input, { signal: controller.signal }),
        sessions.identity(controller.signal),
      ];
      await asked;
      const stopping = new Error('stopping');
      controller.abort(stopping);
      expect(await Promise.allSettled([call, identity])).toEqual([
        { status: 'rejected', reason: stopping },
        { status: 'rejected', reason: stopping },
      ]);
      expect(server.requests).toHaveLength(0);
    });
  });

  test('takes what the Pod Identity agent gives', async () => {
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${sts.url}/v1/credentials`;
    process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] = join(folder, 'token');
    const { session } = start();
    server.answerWith(json({}));
    const credentials = {
      AccessKeyId: 'ASIAPOD',
      SecretAccessKey: 's',
      Token: 't',
      Expiration: '2999-01-01T00:00:00Z',
    };
    sts.answerWith(json(credentials));
    await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(sts.requests[0]?.headers.authorization).toBe('a-token');
    expect(accessKey()).toBe('ASIAPOD');
  });

  test("sends no web identity to a plain-text endpoint, but takes the agent's credentials from one", async () => {
    const secure = {
      allowUnsafeAwsEndpointUrls: false,
      awsEndpointUrl: 'https://127.0.0.1:1',
      awsIdentityEndpointUrl: undefined,
    };
    const call = (): Promise<AwsError> =>
      errorOf(start(secure).session.call(describeJob, { TrainingJobName: 'x' }, { signal: never }));
    process.env['AWS_ENDPOINT_URL_STS'] = sts.url;
    process.env['AWS_ROLE_ARN'] = ROLE;
    process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] = join(folder, 'token');
    sts.answerWith();
    expect((await call()).message).toContain('is not https');
    expect(sts.requests).toEqual([]);

    delete process.env['AWS_WEB_IDENTITY_TOKEN_FILE'];
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${sts.url}/v1/credentials`;
    sts.answerWith(json({ AccessKeyId: 'A', SecretAccessKey: 's', Token: 't', Expiration: '2999-01-01T00:00:00Z' }));
    expect(await call()).toMatchObject({ failure: 'connection', code: 'ECONNREFUSED' });
    expect(sts.requests).toHaveLength(1);
  });

  test('takes a profile', async () => {
    writeFileSync(join(folder, 'credentials'), '[team]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n');
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials');
    process.env['AWS_PROFILE'] = 'team';
    const { session } = start();
    server.answerWith(json({}));
    await session.call(describeJob, { TrainingJobName: 'x' }, { signal: never });
    expect(accessKey()).toBe('AKIAPROFILE');
  });
});

describe('identity', () => {
  test('is what STS says', async () => {
    const { sessions } = start();
    sts.answerWith(
      text(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws-cn:iam::111122223333:role/ack</Arn>
         <UserId>x</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
        200,
        { 'content-type': 'text/xml' },
      ),
    );
    await expect(sessions.identity(never)).resolves.toEqual({
      accountId: '111122223333',
      partition: 'aws-cn',
      arn: 'arn:aws-cn:iam::111122223333:role/ack',
    });
  });

  test.each([
    [{ awsRegion: '' }, 'credentials', 'no AWS region is set: give --aws-region or set AWS_REGION'],
    [{ awsIdentityEndpointUrl: 'http://127.0.0.1:1' }, 'connection', '127.0.0.1 cannot be reached: ECONNREFUSED'],
  ])('with %j is a %s failure in one sentence', async (settings, kind, message) => {
    const { sessions } = start(settings);
    expect(await errorOf(sessions.identity(never))).toMatchObject({
      failure: kind,
      message,
      operation: 'GetCallerIdentity',
    });
  });

  test('without credentials is told in one sentence', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    const { sessions } = start();
    expect(await errorOf(sessions.identity(never))).toMatchObject({ message: 'no usable AWS credentials were found' });
  });
});

describe('sessions', () => {
  test('are one a target, and those unused for an hour are forgotten', () => {
    const { sessions, session, clock } = start();
    expect(sessions.session({ ...target })).toBe(session);
    expect(sessions.session({ ...target, endpointUrl: 'https://elsewhere' })).not.toBe(session);
    void clock.advance(3_600_000);
    expect(sessions.session({ ...target })).toBe(session);
  });

  test('are bounded in number; the one used longest ago goes first', () => {
    const { sessions, session } = start();
    const other = sessions.session({ ...target, region: 'eu-west-1' });
    sessions.session(target);
    for (let index = 0; index < 199; index++) sessions.session({ ...target, region: `region-${index}` });
    expect(sessions.session(target)).toBe(session);
    expect(sessions.session({ ...target, region: 'eu-west-1' })).not.toBe(other);
  });
});
