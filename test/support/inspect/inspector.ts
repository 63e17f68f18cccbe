// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';

/** What a process holds right after its garbage was collected. */
export interface Holdings {
  /** Bytes of the JavaScript heap in use. */
  readonly heapUsed: number;
  /** Bytes that V8 has reserved for the heap. */
  readonly heapTotal: number;
  /** Bytes outside of the heap that objects of the heap hold, buffers among them. */
  readonly external: number;
  readonly rss: number;
  /** Timers that exist, whether they keep the event loop alive or not. */
  readonly timers: number;
  /** What keeps the event loop alive, by type as `process.getActiveResourcesInfo` names it: `Timeout`, `TCPSocketWrap`. */
  readonly resources: Readonly<Record<string, number>>;
}

/** A look into another node process, by V8's own debugging protocol: the process needs no code for it. */
export interface Inspector {
  /** Collects garbage there, then asks what is held. */
  holdings(): Promise<Holdings>;
  close(): void;
}

const ATTEMPTS = 100;

/** Connects to a process that was started with `--inspect=127.0.0.1:<port>`. */
export async function connectInspector(port: number): Promise<Inspector> {
  const socket = new WebSocket(await debuggerUrl(port));
  await once(socket, 'open');
  const waiting = new Map<number, (message: Message) => void>();
  socket.addEventListener('close', () => {
    for (const [id, settle] of waiting) settle({ id, error: { message: 'the inspected process is gone' } });
  });
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) return;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  let sent = 0;
  const ask: Ask = async (method, params = {}) => {
    const id = ++sent;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const message = await answer;
    if (message.error) throw new Error(`${method}: ${message.error.message}`);
    return message;
  };
  return {
    async holdings() {
      // What only finalizers let go of is gone after the second time.
      for (let times = 0; times < 3; times++) await ask('HeapProfiler.collectGarbage');
      const timers = await countTimers(ask);
      const expression =
        'JSON.stringify({ ...process.memoryUsage(), resources: Object.groupBy(process.getActiveResourcesInfo(), (type) => type) })';
      const { result } = await ask('Runtime.evaluate', { expression });
      const { resources, ...memory } = JSON.parse(result?.result?.value ?? '{}') as Omit<
        Holdings,
        'resources' | 'timers'
      > & {
        resources: Record<string, string[]>;
      };
      const counts = Object.entries(resources).map(([type, list]) => [type, list.length] as const);
      return { ...memory, timers, resources: Object.fromEntries(counts) };
    },
    close: () => socket.close(),
  };
}

type Ask = (method: string, params?: object) => Promise<Message>;

/** By asking the heap for all objects that are timers. */
async function countTimers(ask: Ask): Promise<number> {
  const objectGroup = 'timers';
  const prototype = await ask('Runtime.evaluate', {
    expression: 'Object.getPrototypeOf(setTimeout(() => {}))',
    objectGroup,
  });
  const prototypeObjectId = prototype.result?.result?.objectId;
  const all = await ask('Runtime.queryObjects', { prototypeObjectId, objectGroup });
  const objectId = all.result?.objects?.objectId;
  const count = await ask('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: 'function () { return String(this.length); }',
  });
  await ask('Runtime.releaseObjectGroup', { objectGroup });
  return Number(count.result?.result?.value);
}

interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: { readonly value?: string; readonly objectId?: string };
    readonly objects?: { readonly objectId?: string };
  };
}

async function debuggerUrl(port: number): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
