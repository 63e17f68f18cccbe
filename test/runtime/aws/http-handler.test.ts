// SPDX-License-Identifier: Apache-2.0
import { text as textOf } from 'node:stream/consumers';
import {
  createHttpHandler,
  MAX_ANSWER_BYTES,
  type SharedHttpHandler,
  withRequestLimit,
} from '../../../runtime/aws/http-handler.ts';
import { type FakeAwsServer, long, startFakeAwsServer, text } from '../../support/fake-aws-server.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

let server: FakeAwsServer;
const handler = createHttpHandler({}, { allowUnsafeAwsEndpointUrls: true });

beforeAll(async () => {
  server = await startFakeAwsServer();
});
afterAll(async () => {
  handler.close();
  await server.close();
});

const request = () => {
  const { protocol, hostname, port } = new URL(server.url);
  const parts = { protocol, hostname, port: Number(port), method: 'POST', path: '/', query: {}, headers: {} };
  return parts as Parameters<SharedHttpHandler['handle']>[0];
};

describe('an answer', () => {
  test('of the longest permitted length is read', async () => {
    server.answerWith(long(MAX_ANSWER_BYTES));
    const { response } = await handler.handle(request());
    expect(await textOf(response.body)).toHaveLength(MAX_ANSWER_BYTES);
  });

  test.each([200, 500])('of status %d without an end is given up, and its connection with it', async (status) => {
    const closed = new Promise<void>((resolve) =>
      server.answerWith((received, response) => {
        response.on('close', resolve);
        long(Number.POSITIVE_INFINITY, status)(received, response);
      }),
    );
    const { response } = await handler.handle(request());
    await expect(textOf(response.body)).rejects.toThrow(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    await closed;
  });

  test('that says to be too long is given up', async () => {
    server.answerWith(text('a'.repeat(MAX_ANSWER_BYTES + 1), 200, { 'content-length': `${MAX_ANSWER_BYTES + 1}` }));
    const { response } = await handler.handle(request());
    await expect(textOf(response.body)).rejects.toThrow('the answer has more than');
  });
});

describe('a limit of 10 s', () => {
  test('ends a request that nobody answers', async () => {
    const clock = createFakeClock();
    const arrived = new Promise<void>((resolve) => server.answerWith(() => resolve()));
    const answer = withRequestLimit(handler, clock, 10_000).handle(request());
    const failed = expect(answer).rejects.toThrow('127.0.0.1 did not answer within 10 s');
    await arrived;
    await clock.advance(10_000);
    await failed;
  });

  test('ends an answer that stops in the middle', async () => {
    const clock = createFakeClock();
    server.answerWith((_, response) => {
      response.writeHead(200);
      response.write('the first ha');
    });
    const { response } = await withRequestLimit(handler, clock, 10_000).handle(request());
    const failed = expect(textOf(response.body)).rejects.toThrow('127.0.0.1 did not answer within 10 s');
    await clock.advance(10_000);
    await failed;
  });

  test('is lifted when the answer is complete', async () => {
    const clock = createFakeClock();
    server.answerWith(text('all'));
    const { response } = await withRequestLimit(handler, clock, 10_000).handle(request());
    expect(await textOf(response.body)).toBe('all');
    await clock.settle();
    expect(clock.pending).toBe(0);
  });
});
