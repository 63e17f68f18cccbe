// SPDX-License-Identifier: Apache-2.0
import { PassThrough, type Readable } from 'node:stream';
import type { Meddler, ProxiedAnswer, ProxiedRequest } from '../meddling-proxy.ts';

/** Whether a request is a watch. */
export function isWatch({ path }: ProxiedRequest): boolean {
  return path.includes('watch=true');
}

/** Cuts every watch in the middle of its next line. */
export const cutWatches: Meddler = changeWatches((source) => {
  const half = new PassThrough();
  source.once('data', (chunk: Buffer) => {
    half.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => half.destroy(new Error('cut')));
    source.destroy();
  });
  endWith(source, half);
  return half;
});

/** Lets one chunk of every watch through and then tells of an expired version in it, as an API server does that was behind. */
export const expireRunningWatches: Meddler = changeWatches((source) => {
  const body = new PassThrough();
  source.once('data', (chunk: Buffer) => {
    body.end(Buffer.concat([chunk.subarray(0, chunk.lastIndexOf('\n') + 1), Buffer.from(errorEvent(410, 'Expired'))]));
    source.destroy();
  });
  endWith(source, body);
  return body;
});

/** Leaves every watch open and never shows anything in it: the other end has vanished without a word. */
export const muteWatches: Meddler = changeWatches((source) => {
  source.on('data', () => {});
  const silent = new PassThrough();
  source.on('error', () => {});
  silent.once('close', () => source.destroy());
  return silent;
});

/** Answers every watch with one ERROR event: 410 as for a version that has expired, 500 as for a fault of the server's own. */
export function answerWatchesWithErrorEvent(code: 410 | 500): Meddler {
  return async (request, forward) =>
    isWatch(request) ? answer(200, errorEvent(code, code === 410 ? 'Expired' : 'InternalError')) : forward();
}

/** Refuses every watch because of its version. */
export const refuseWatches: Meddler = async (request, forward) =>
  isWatch(request) ? status(410, 'Expired', 'too old resource version') : forward();

/** What a load balancer answers when nothing is behind it. */
export const answerHtml: Meddler = async () => ({
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Please come back later</body></html>',
});

/** Has no room for any request, and says when it may have some again. */
export const answerTooManyRequests: Meddler = async () => {
  const refusal = status(429, 'TooManyRequests', 'too many requests');
  return { ...refusal, headers: { ...refusal.headers, 'retry-after': '1' } };
};

/** Refuses every second patch of a custom resource as a conflict. */
export function refuseEverySecondPatch(): Meddler {
  let patches = 0;
  return async (request, forward) => {
    const isPatch = request.method === 'PATCH' && request.path.includes('sagemaker.services.k8s.aws');
    if (isPatch && ++patches % 2 === 1) return status(409, 'Conflict', 'the object has been modified');
    return forward();
  };
}

/** Answers everything late. */
export function slow(ms: number): Meddler {
  return async (_request, forward) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return forward();
  };
}

/** Accepts requests and resets their connections. */
export const reset: Meddler = () => Promise.resolve('cut');

function changeWatches(change: (body: Readable) => Readable): Meddler {
  return async (request, forward) => {
    const answered = await forward();
    if (!isWatch(request) || typeof answered.body === 'string') return answered;
    return { ...answered, body: change(answered.body) };
  };
}

/** Whatever the source comes to, the body that stands for it ends too. */
function endWith(source: Readable, body: PassThrough): void {
  source.once('end', () => body.end());
  source.on('error', () => body.destroy(new Error('cut')));
  body.once('close', () => source.destroy());
}

function errorEvent(code: number, reason: string): string {
  return `${JSON.stringify({ type: 'ERROR', object: statusObject(code, reason, 'told in the stream') })}\n`;
}

function status(code: number, reason: string, message: string): ProxiedAnswer {
  return answer(code, JSON.stringify(statusObject(code, reason, message)));
}

function statusObject(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message };
}

function answer(code: number, body: string): ProxiedAnswer {
  return { status: code, headers: { 'content-type': 'application/json' }, body };
}
