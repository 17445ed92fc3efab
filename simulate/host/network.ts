import type { FaultRule } from '../../emulator/faults.js';
import type { Fly } from '../../emulator/fly.js';
import type { FlyRequest } from '../../emulator/http.js';
import type { Dice } from '../../fuzz/dice.js';
import type { Clock } from '../../src/clock.js';
import { ActionError } from '../../src/errors.js';
import { type HttpRequest, type HttpResponse, NotSent, TooLarge } from '../../src/http/transport.js';

/** Longest way of a request to Fly, in milliseconds. */
const WAY_MS = 30;

/** Fault that a request meets: on its way, so that it never arrives, or at Fly. */
export type MetFault = { readonly unsent: string } | Pick<FaultRule, 'fault' | 'afterEffect'>;

/** Network between runners and Fly. */
export interface Network {
  /** Sends a request once, as a process of this name. Rejects as the action's own transport does. */
  send(request: HttpRequest, by: string): Promise<HttpResponse>;
  /** Fault that was drawn for a request, for Fly to ask. */
  faultOf(request: FlyRequest): Pick<FaultRule, 'fault' | 'afterEffect'> | undefined;
}

/** Creates the network; `fly` is asked late, since Fly asks back for faults. */
export function createNetwork(
  fly: () => Pick<Fly, 'handle'>,
  { clock, dice, draw }: { clock: Clock; dice: Dice; draw: (request: FlyRequest) => MetFault | undefined },
): Network {
  const drawn = new WeakMap<FlyRequest, Pick<FaultRule, 'fault' | 'afterEffect'>>();
  return {
    faultOf: (request) => drawn.get(request),
    async send({ method, url, headers, body = '', signal, maxBytes }, by) {
      signal.throwIfAborted();
      const request: FlyRequest = {
        method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host },
        body,
        by,
      };
      await clock.sleep(1 + dice.below(WAY_MS), signal);
      const fault = draw(request);
      if (fault !== undefined) {
        if ('unsent' in fault) throw unsent(method, url, fault.unsent);
        drawn.set(request, fault);
      }
      const reply = await fly().handle(request, signal);
      signal.throwIfAborted();
      if (!('fault' in reply)) {
        if (reply.body.length > maxBytes) throw tooLarge(method, url, maxBytes);
        return reply;
      }
      if (reply.fault === 'hang' || reply.fault === 'drip') return untilAborted(signal);
      throw broken(method, url, 'ECONNRESET');
    },
  };
}

function tooLarge(method: string, url: URL, maxBytes: number): ActionError {
  const cause = new TooLarge(maxBytes);
  return new ActionError('network', `${method} ${url.origin}: ${cause.message}`, { cause });
}

function broken(method: string, url: URL, code: string): ActionError {
  const cause = Object.assign(new Error(`socket: ${code}`), { code });
  return new ActionError('network', `${method} ${url.origin}: ${cause.message}`, { cause });
}

function unsent(method: string, url: URL, code: string): ActionError {
  const cause = new NotSent(`connect ${code}`, { code, cause: new Error(code) });
  return new ActionError('network', `${method} ${url.origin}: ${cause.message}`, { cause });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
