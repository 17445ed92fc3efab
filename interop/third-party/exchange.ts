import { systemClock } from '../../emulator/clock.js';
import { createFly } from '../../emulator/fly.js';
import { systemRandom } from '../../emulator/random.js';
import { serve } from '../../emulator/server.js';
import type { GivenSettings } from '../../emulator/settings.js';
import { parseBundle, type Ticket, ticketKey, ticketsOf } from '../../src/macaroon/bundle.js';
import type { GoThirdParty } from './go-third-party.js';

/** Settings of the emulator for each flow of interop/thirdparty/flows.go. */
const SETTINGS: Readonly<Record<string, NonNullable<GivenSettings['own']>>> = {
  immediate: {},
  refused: { behaviour: 'refuse' },
  poll: { behaviour: 'poll', polls: 2 },
  relative: { behaviour: 'poll', polls: 2, pollUrl: 'relative' },
  ready: { behaviour: 'poll', polls: 0 },
  aborted: { behaviour: 'poll', polls: 1, pollResult: 'refusal', error: 'user rejected approval' },
  'user-interactive': { behaviour: 'user-interactive', polls: Number.POSITIVE_INFINITY },
};

/** A third party that answers by one flow, and a ticket for it. */
export interface Side {
  readonly token: string;
  readonly ticket: Ticket;
  /** Returns the status of reading machines with a bundle, from the token's issuer. */
  read(header: string): Promise<number>;
  close(): Promise<void>;
}

export async function goSide(go: GoThirdParty, flow: string): Promise<Side> {
  const token = await go.mint({ flows: [flow] });
  return { token, ticket: onlyTicket(token), read: reader(go.url), close: async () => undefined };
}

export async function emulatorSide(flow: string): Promise<Side> {
  const own = SETTINGS[flow];
  if (own === undefined) throw new Error(`the emulator has no settings for ${flow}`);
  const apps = [{ name: 'shop' }];
  const fly = createFly({ clock: systemClock, random: systemRandom, apps, settings: { own } });
  const server = await serve(fly);
  const token = fly.mintToken({ app: 'shop', thirdParty: 'own' });
  return { token, ticket: onlyTicket(token), read: reader(server.url), close: server.close };
}

function reader(url: string): Side['read'] {
  return async (authorization) => {
    const response = await fetch(`${url}/v1/apps/shop/machines`, { headers: { authorization } });
    await response.text();
    return response.status;
  };
}

/** An answer without the parts that differ between third parties: origin, location, secrets and discharges. */
export interface Shape {
  readonly status: number;
  readonly body: unknown;
  readonly setsCookie: boolean;
}

/** The answers of one side to one request after another. */
export class Exchange {
  readonly shapes: Shape[] = [];
  readonly #side: Side;

  constructor(side: Side) {
    this.#side = side;
  }

  /** Hands in the ticket, or the given body instead. */
  start(
    body = JSON.stringify({ ticket: ticketKey(this.#side.ticket.ticket) }),
  ): Promise<Record<string, unknown>> {
    return this.#ask(`${this.#side.ticket.location}/.well-known/macfly/3p`, { method: 'POST', body });
  }

  get(url: unknown): Promise<Record<string, unknown>> {
    return this.#ask(`${new URL(String(url), this.#side.ticket.location)}`, {});
  }

  async #ask(url: string, init: RequestInit): Promise<Record<string, unknown>> {
    const response = await fetch(url, init);
    const text = await response.text();
    // A person gets a page or nothing; its content doesn't matter.
    const isPage = !text.startsWith('{');
    this.shapes.push({
      status: response.status,
      body: isPage ? 'a page' : JSON.parse(this.#bare(text)),
      setsCookie: response.headers.has('set-cookie'),
    });
    return isPage ? {} : (JSON.parse(text) as Record<string, unknown>); // The cast is safe: the text begins as an object does.
  }

  #bare(text: string): string {
    const { location } = this.#side.ticket;
    return text
      .replaceAll(location, '<location>')
      .replaceAll(new URL(location).pathname, '<path>')
      .replace(/\b[0-9a-f]{32}\b/g, '<secret>')
      .replace(/fm2_[A-Za-z0-9+/=]+/g, '<discharge>');
  }
}

function onlyTicket(token: string): Ticket {
  const [ticket, ...others] = parseBundle(token).permissions.flatMap(ticketsOf);
  if (ticket === undefined || others.length > 0) throw new Error('the token has not one ticket');
  return ticket;
}
