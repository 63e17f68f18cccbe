// SPDX-License-Identifier: Apache-2.0
import { PassThrough, type Readable } from 'node:stream';
import { isWatch, type Meddler, type ProxiedAnswer, type ProxiedRequest } from '../meddling-proxy.ts';

/** What an API server does wrong; `hit` is called each time that it does, so that a test knows that it was met. */
export type ApiServerFault = (hit: () => void) => Meddler;

const TOO_OLD = status(410, 'Expired', 'too old resource version');
/** So long takes half a line to arrive before its connection breaks. */
const ARRIVES_MS = 50;
const REFUSED_PATCHES = 2;
/** An answer that takes longer is a fault. */
const LATE_MS = 1_000;

/** Cuts every watch in the middle of its next line. */
export const cutWatches: ApiServerFault = (hit) =>
  changeWatches((source) => {
    const half = new PassThrough();
    source.once('data', (chunk: Buffer) => {
      hit();
      half.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
      setTimeout(() => half.destroy(new Error('cut')), ARRIVES_MS);
      source.destroy();
    });
    endWith(source, half);
    return half;
  });

/**
 * Lets one chunk of every watch through and then tells of an expired version in it, as an API server does that was behind. No version is
 * good again until the collection is listed.
 */
export const expireRunningWatches: ApiServerFault = (hit) => {
  const expired = new Set<string>();
  const running = changeWatches((source, request) => {
    const body = new PassThrough();
    source.once('data', (chunk: Buffer) => {
      hit();
      expired.add(pathOf(request));
      const lines = chunk.subarray(0, chunk.lastIndexOf('\n') + 1);
      body.end(Buffer.concat([lines, Buffer.from(errorEvent(410, 'Expired'))]));
      source.destroy();
    });
    endWith(source, body);
    return body;
  });
  return untilListed(async (request, forward) => (expired.has(pathOf(request)) ? TOO_OLD : running(request, forward)));
};

/** Leaves every watch open and never shows anything in it: the other end has vanished without a word. */
export const muteWatches: Meddler = changeWatches((source) => {
  source.on('data', () => {});
  const silent = new PassThrough();
  source.on('error', () => {});
  silent.once('close', () => source.destroy());
  return silent;
});

/** Tells in every watch that its version has expired, until its collection is listed again. */
export const expireWatches: ApiServerFault = (hit) =>
  untilListed(answerWatches(hit, answer(200, errorEvent(410, 'Expired'))));

/** Refuses every watch because of its version, until its collection is listed again. */
export const refuseWatches: ApiServerFault = (hit) => untilListed(answerWatches(hit, TOO_OLD));

/** Ends every watch at once by telling of a fault of its own in it. */
export const failWatches: ApiServerFault = (hit) => answerWatches(hit, answer(200, errorEvent(500, 'InternalError')));

/** What a load balancer answers when nothing is behind it. */
export const answerHtml: ApiServerFault = (hit) => async () => {
  hit();
  return {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Please come back later</body></html>',
  };
};

/** Has no room for any request, and says when it may have some again. */
export const answerTooManyRequests: ApiServerFault = (hit) => async () => {
  hit();
  const refusal = status(429, 'TooManyRequests', 'too many requests');
  return { ...refusal, headers: { ...refusal.headers, 'retry-after': '1' } };
};

/** Refuses every second patch of a custom resource as a conflict. */
export const refuseEverySecondPatch: ApiServerFault = (hit) => {
  let patches = 0;
  return async (request, forward) => {
    if (!isPatch(request) || ++patches % 2 === 0) return forward();
    hit();
    return status(409, 'Conflict', 'the object has been modified');
  };
};

/** Answers the first patches of each object as a replica does that does not serve a fresh CRD yet. */
export const servePatchesLater: ApiServerFault = (hit) => {
  const refused = new Map<string, number>();
  return async (request, forward) => {
    const object = pathOf(request);
    const times = refused.get(object) ?? 0;
    if (!isPatch(request) || times >= REFUSED_PATCHES) return forward();
    refused.set(object, times + 1);
    hit();
    // Without the audit id it is a proxy's 404, which says nothing of an object.
    const headers = { 'audit-id': 'a', 'content-type': 'text/plain; charset=utf-8' };
    return { status: 404, headers, body: '404 page not found\n' };
  };
};

/** Answers everything late. */
export function slow(ms: number): ApiServerFault {
  return (hit) => async (_request, forward) => {
    hit();
    await new Promise((resolve) => setTimeout(resolve, ms));
    return forward();
  };
}

/** Accepts requests and resets their connections. */
export const reset: ApiServerFault = (hit) => () => {
  hit();
  return Promise.resolve('cut');
};

/** Does nothing itself: what is forwarded is not answered, or late. */
export const unanswered: ApiServerFault = (hit) => async (_request, forward) => {
  const late = setTimeout(hit, LATE_MS);
  try {
    return await forward();
  } catch (error) {
    hit();
    throw error;
  } finally {
    clearTimeout(late);
  }
};

function isPatch({ method, path }: ProxiedRequest): boolean {
  return method === 'PATCH' && path.includes('sagemaker.services.k8s.aws');
}

function answerWatches(hit: () => void, answered: ProxiedAnswer): Meddler {
  return async (request, forward) => {
    if (!isWatch(request)) return forward();
    hit();
    return answered;
  };
}

/** Meddles with the watches of a collection until it is listed, in pages or as the beginning of a watch. */
function untilListed(meddler: Meddler): Meddler {
  const listed = new Set<string>();
  return async (request, forward) => {
    const collection = pathOf(request);
    const isStream = request.path.includes('sendInitialEvents=');
    if (isWatch(request) && !isStream) return listed.has(collection) ? forward() : meddler(request, forward);
    if (request.method === 'GET') listed.add(collection);
    return forward();
  };
}

/** Without the query. */
function pathOf({ path }: ProxiedRequest): string {
  return path.replace(/\?.*/, '');
}

function changeWatches(change: (body: Readable, request: ProxiedRequest) => Readable): Meddler {
  return async (request, forward) => {
    const answered = await forward();
    if (!isWatch(request) || typeof answered.body === 'string') return answered;
    return { ...answered, body: change(answered.body, request) };
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
