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

/**
 * Watches one command between the signature and the network. `onFailure` is given the failure as it came: the SDK's
 * retry step, although it is told to try once, puts some errors into one of its own that says less.
 */
export function watchRequest(
  command: { readonly middlewareStack: MiddlewareStack },
  watch: { onSend(request: SdkRequest): void; onFailure(thrown: unknown): void },
): void {
  const middleware: Middleware = (next) => async (args) => {
    watch.onSend(args.request);
    try {
      return await next(args);
    } catch (thrown) {
      watch.onFailure(thrown);
      throw thrown;
    }
  };
  command.middlewareStack.add(middleware, { name: 'watchRequest', step: 'finalizeRequest', priority: 'low' });
}
