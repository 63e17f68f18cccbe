// SPDX-License-Identifier: Apache-2.0

/** What is used of the SDK's clients, all of which have it. */
export interface SdkClient {
  readonly middlewareStack: MiddlewareStack;
  send(command: unknown, options: { readonly abortSignal: AbortSignal }): Promise<Record<string, unknown>>;
}

/** What is used of the SDK's middleware stacks. */
export interface MiddlewareStack {
  add(middleware: Middleware, options: object): void;
  addRelativeTo(middleware: Middleware, options: object): void;
}

/** What is used of the SDK's requests. */
export interface SdkRequest {
  readonly hostname: string;
  readonly headers: Record<string, string>;
}

interface Answered {
  readonly headers?: Readonly<Record<string, string>>;
}

type Arguments = { readonly request: SdkRequest };
type Handler = (args: Arguments) => Promise<unknown>;
type Middleware = (next: Handler) => Handler;

/** Puts a product before the SDK's own in the User-Agent. */
export function prependUserAgent(client: SdkClient, product: string): void {
  const middleware: Middleware = (next) => (args) => {
    const { headers } = args.request;
    headers['user-agent'] = [product, headers['user-agent']].filter(Boolean).join(' ');
    return next(args);
  };
  client.middlewareStack.addRelativeTo(middleware, {
    name: 'prependUserAgent',
    relation: 'after',
    toMiddleware: 'getUserAgentMiddleware',
  });
}

/** What is told of one request. */
export interface RequestWatch {
  onSend(request: SdkRequest): void;
  /** The headers of whatever was answered, a refusal too. */
  onHeaders(headers: Readonly<Record<string, string>> | undefined): void;
  /**
   * The failure as it came: the SDK's retry step, although it is told to try once, puts some errors into one of its own that says less.
   */
  onFailure(thrown: unknown): void;
}

/** Watches one command between the signature and the network. */
export function watchRequest(command: { readonly middlewareStack: MiddlewareStack }, watch: RequestWatch): void {
  const middleware: Middleware = (next) => async (args) => {
    watch.onSend(args.request);
    try {
      const result = await next(args);
      watch.onHeaders((result as { readonly response?: Answered }).response?.headers);
      return result;
    } catch (thrown) {
      watch.onHeaders((thrown as { readonly $response?: Answered } | undefined)?.$response?.headers);
      watch.onFailure(thrown);
      throw thrown;
    }
  };
  command.middlewareStack.add(middleware, { name: 'watchRequest', step: 'finalizeRequest', priority: 'low' });
}

/**
 * Sends a command. Until it is sent an abort ends the wait at once, with the signal's reason: the SDK looks at the signal only then, and
 * what it waits for before, credentials, may never come.
 */
export async function sendCommand(
  client: SdkClient,
  command: unknown,
  { signal, isSent }: { readonly signal: AbortSignal; readonly isSent: () => boolean },
): Promise<Record<string, unknown>> {
  let onAbort: (() => void) | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    onAbort = () => {
      if (!isSent()) reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([client.send(command, { abortSignal: signal }), givenUp]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
