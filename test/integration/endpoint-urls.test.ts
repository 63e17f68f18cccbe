// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, request as httpRequest, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { findCondition, isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { createCertificateAuthority } from '../support/certificates.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { trainingJob } from '../support/manifests.ts';

// Without the unsafe flag requests, and the credentials that sign them, go to https URLs only, whoever names them.

const jobs = sagemakerType('TrainingJob');
const DEADLINE_MS = 60_000;

let cluster: TestCluster;
let simulator: Simulator;
let folder: string;
let aws: Server;
let awsUrl: string;
let thief: Server;
let thiefHost: string;
/** Connections to the server of somebody who would like to see our requests. */
let stolen = 0;
let agent: Server;
const keys = {
  AWS_ACCESS_KEY_ID: 'simulated',
  AWS_SECRET_ACCESS_KEY: 'simulated',
  AWS_REGION: 'us-west-2',
};

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  folder = await mkdtemp(path.join(tmpdir(), 'ack-endpoint-urls-'));
  const authority = createCertificateAuthority();
  await writeFile(path.join(folder, 'ca.pem'), authority.cert);
  aws = createHttpsServer(authority.issue('aws', ['127.0.0.1']), (incoming, response) => {
    const { method, headers, url = '/' } = incoming;
    const outgoing = httpRequest(new URL(url, simulator.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  });
  awsUrl = `https://127.0.0.1:${await listen(aws)}`;
  thief = createHttpServer((_request, response) => response.end('{}')).on('connection', () => {
    stolen += 1;
  });
  thiefHost = `127.0.0.1:${await listen(thief)}`;
  agent = createHttpServer((_request, response) => {
    const until = { Expiration: '2999-01-01T00:00:00Z' };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ AccessKeyId: 'simulated', SecretAccessKey: 'simulated', Token: 'simulated', ...until }),
    );
  });
}, 120_000);

afterAll(async () => {
  for (const server of [aws, thief, agent]) {
    server?.closeAllConnections();
    server?.close();
  }
  await simulator?.close();
  await cluster?.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

test.each([
  ['the flag', []],
  ['the flag of STS', ['--aws-identity-endpoint-url']],
])(
  'a URL that is not https ends the start when %s has it',
  async (_what, flags) => {
    const refused = await startController({
      kubeconfig: cluster.kubeconfig,
      awsUrl: flags.length === 0 ? `http://${thiefHost}` : awsUrl,
      flags: ['--allow-unsafe-aws-endpoint-urls=false', ...flags.map((flag) => `${flag}=http://${thiefHost}`)],
    });
    expect((await refused.exited).code).toBe(1);
    expect(refused.lines.at(-1)).toContain('is not https; --allow-unsafe-aws-endpoint-urls permits it');
    expect(stolen).toBe(0);
  },
  60_000,
);

test.each([
  ['AWS_ENDPOINT_URL', () => ({ AWS_ENDPOINT_URL: `http://${thiefHost}` })],
  ['AWS_ENDPOINT_URL_STS', () => ({ AWS_ENDPOINT_URL_STS: `http://${thiefHost}` })],
  ['the profile', () => ({ AWS_CONFIG_FILE: path.join(folder, 'config') })],
])(
  'a URL that is not https ends the start when the SDK itself would find it in %s',
  async (_what, variables) => {
    await writeFile(path.join(folder, 'config'), `[default]\nendpoint_url = http://${thiefHost}\n`);
    const refused = await secureController([], { ...keys, ...variables() });
    expect((await refused.exited).code).toBe(1);
    expect(refused.lines.at(-1)).toContain('the endpoint URL of 127.0.0.1 is not https; look at AWS_ENDPOINT_URL');
    expect(stolen).toBe(0);
  },
  60_000,
);

test('nothing is sent where AWS_ENDPOINT_URL_SAGEMAKER is not https, and the object says why', async () => {
  const namespace = await cluster.namespace();
  const other = await secureController([`--aws-identity-endpoint-url=${awsUrl}`, `--watch-namespace=${namespace}`], {
    ...keys,
    AWS_CA_BUNDLE: path.join(folder, 'ca.pem'),
    AWS_ENDPOINT_URL_SAGEMAKER: `http://${thiefHost}`,
  });
  try {
    await other.ready(DEADLINE_MS);
    await cluster.client.create(jobs, namespace, trainingJob(namespace, 'job'));
    const isHeld = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'ACK.Recoverable');
    const held = await cluster.until(jobs, { namespace, name: 'job' }, isHeld, DEADLINE_MS);
    const condition = findCondition(held.status?.conditions, 'ACK.Recoverable');
    expect(condition).toMatchObject({ reason: 'InvalidEndpoint', message: expect.stringContaining('is not https') });
    expect(stolen).toBe(0);
  } finally {
    await other.stop();
  }
}, 100_000);

test('a private CA is trusted as the chart gives it too, by NODE_EXTRA_CA_CERTS', async () => {
  const namespace = await cluster.namespace();
  const other = await secureController(
    [`--aws-endpoint-url=${awsUrl}`, `--aws-identity-endpoint-url=${awsUrl}`, `--watch-namespace=${namespace}`],
    { ...keys, NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem') },
  );
  try {
    await other.ready(DEADLINE_MS);
    await cluster.client.create(jobs, namespace, trainingJob(namespace, `extra-${namespace}`));
    const isComplete = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'Complete');
    await cluster.until(jobs, { namespace, name: `extra-${namespace}` }, isComplete, DEADLINE_MS);
  } finally {
    await other.stop();
  }
}, 100_000);

test('and without it is not: the start ends', async () => {
  const urls = [`--aws-endpoint-url=${awsUrl}`, `--aws-identity-endpoint-url=${awsUrl}`];
  const refused = await secureController(urls, keys);
  expect((await refused.exited).code).toBe(1);
  expect(refused.lines.at(-1)).toMatch(/cannot find out the AWS account: .*CERT|SELF_SIGNED|UNABLE_TO/);
}, 60_000);

test('credentials of an agent on this machine, which speaks plain HTTP, are taken', async () => {
  const { AWS_REGION } = keys;
  const other = await secureController([`--aws-endpoint-url=${awsUrl}`, `--aws-identity-endpoint-url=${awsUrl}`], {
    AWS_REGION,
    AWS_CA_BUNDLE: path.join(folder, 'ca.pem'),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${await listen(agent)}/v1/credentials`,
  });
  try {
    await other.ready(DEADLINE_MS);
  } finally {
    await other.stop();
  }
}, 100_000);

/** A controller without the unsafe flag, and without a URL of its own unless the flags have one. */
async function secureController(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<ControllerProcess> {
  const own = ['--aws-endpoint-url=', '--aws-identity-endpoint-url=', '--allow-unsafe-aws-endpoint-urls=false'];
  const lease = `--leader-election-namespace=${await cluster.namespace()}`;
  const kinds = '--reconcile-resources=TrainingJob';
  return startController({
    kubeconfig: cluster.kubeconfig,
    awsUrl,
    flags: [...own, lease, kinds, ...flags],
    environment,
  });
}

// It watches every namespace, those of the tests above too: it lives for these tests only.
describe('a controller of all namespaces', () => {
  let controller: ControllerProcess;

  beforeAll(async () => {
    controller = await secureController([`--aws-endpoint-url=${awsUrl}`, `--aws-identity-endpoint-url=${awsUrl}`], {
      ...keys,
      AWS_CA_BUNDLE: path.join(folder, 'ca.pem'),
    });
    await controller.ready(DEADLINE_MS);
  }, 120_000);

  afterAll(() => controller?.stop(), 60_000);

  test.each([
    ['http', () => `http://${thiefHost}`],
    ['http in capitals', () => `HTTP://${thiefHost}`],
    ['no scheme', () => thiefHost],
    ['no scheme but slashes', () => `//${thiefHost}`],
    ['http behind a space', () => ` http://${thiefHost}`],
    ['https in the path only', () => `http://${thiefHost}/https://aws`],
    ['https as the user', () => `http://https://@${thiefHost}`],
    ['a line break before https', () => `http://${thiefHost}\nhttps://aws`],
    ['a file', () => 'file:///etc/passwd'],
  ])(
    'a namespace whose annotation has %s gets nothing sent',
    async (_what, url) => {
      const namespace = await annotatedNamespace(url());
      await cluster.client.create(jobs, namespace, trainingJob(namespace, 'job'));
      const isTold = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'ACK.Terminal');
      const told = await cluster.until(jobs, { namespace, name: 'job' }, isTold, DEADLINE_MS);
      expect(findCondition(told.status?.conditions, 'ACK.Terminal')?.reason).toBe('UnsafeEndpoint');
      expect(stolen).toBe(0);
    },
    100_000,
  );

  test('an https URL in the annotation is used', async () => {
    const namespace = await annotatedNamespace(awsUrl);
    await cluster.client.create(jobs, namespace, trainingJob(namespace, 'served'));
    const isComplete = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'Complete');
    await cluster.until(jobs, { namespace, name: 'served' }, isComplete, DEADLINE_MS);
    expect(stolen).toBe(0);
  }, 100_000);
});

async function annotatedNamespace(url: string): Promise<string> {
  const namespace = await cluster.namespace();
  const patch = { metadata: { annotations: { 'services.k8s.aws/endpoint-url': url } } };
  const { code, stderr } = await cluster.kubectl([
    'patch',
    'namespace',
    namespace,
    '--type=merge',
    '-p',
    JSON.stringify(patch),
  ]);
  if (code !== 0) throw new Error(stderr);
  // The namespace and the object come by different watches.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return namespace;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
