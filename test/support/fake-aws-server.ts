// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** An HTTP server on loopback that answers from a list; requests beyond it get the last answer again. */
export interface FakeAwsServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  answerWith(...answers: Answer[]): void;
  close(): Promise<void>;
}

/** Starts a {@link FakeAwsServer}. */
export async function startFakeAwsServer(): Promise<FakeAwsServer> {
  let answers: Answer[] = [];
  const requests: ReceivedRequest[] = [];
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = { url: incoming.url ?? '', headers: incoming.headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer) answer(request, response);
      else response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith(...next) {
      answers = next;
      requests.length = 0;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers JSON, as AWS's JSON protocol does. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return text(JSON.stringify(body), status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
}

/** Answers an error of AWS's JSON protocol. */
export function failure(code: string, message: string, status = 400, headers: Record<string, string> = {}): Answer {
  return json({ __type: code, message }, status, headers);
}

/** Answers any text. */
export function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'x-amzn-requestid': 'request-1', ...headers });
    response.end(body);
  };
}

/** Answers so many bytes, or without end, and never says how many. */
export function long(bytes: number, status = 200): Answer {
  const chunk = Buffer.alloc(65_536, 'a');
  return (_, response) => {
    let left = bytes;
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        const part = chunk.subarray(0, Math.min(left, chunk.length));
        left -= part.length;
        if (!response.write(part)) return;
      }
      if (left <= 0) response.end();
    };
    response.writeHead(status, { 'x-amzn-requestid': 'request-1' });
    response.on('drain', more);
    more();
  };
}
