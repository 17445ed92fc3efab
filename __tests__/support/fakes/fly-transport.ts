import type { Fly } from '../../../emulator/fly.js';
import { ActionError } from '../../../src/errors.js';
import type { HttpResponse, Transport } from '../../../src/http/transport.js';

/** A transport that ends in an emulator in this process; a broken connection becomes what Node makes of one. */
export function flyTransport(fly: Pick<Fly, 'handle'>): Transport {
  return async ({ method, url, headers, body = '', signal }) => {
    signal.throwIfAborted();
    const reply = await fly.handle({ method, path: url.pathname + url.search, headers, body }, signal);
    signal.throwIfAborted();
    if (!('fault' in reply)) return reply;
    if (reply.fault === 'hang' || reply.fault === 'drip') return untilAborted(signal);
    throw connectionError('ECONNRESET');
  };
}

/** What the transport makes of a failed connection. */
export function connectionError(code: string): ActionError {
  const cause = Object.assign(new Error(`socket: ${code}`), { code });
  return new ActionError('network', `GET https://fly.test: ${cause.message}`, { cause });
}

/** No answer, ever. */
export function untilAborted(signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A transport that counts how many requests of a method are on their way at once. */
export function counting(transport: Transport, method: string): { transport: Transport; most: () => number } {
  let now = 0;
  let most = 0;
  return {
    most: () => most,
    transport: async (request) => {
      if (request.method !== method) return transport(request);
      now += 1;
      most = Math.max(most, now);
      try {
        return await transport(request);
      } finally {
        now -= 1;
      }
    },
  };
}
