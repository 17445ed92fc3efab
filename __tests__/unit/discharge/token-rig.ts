import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import type { Discharge } from '../../../src/discharge/discharges.js';
import { LiveToken } from '../../../src/discharge/live-token.js';
import type { Lifetime } from '../../../src/discharge/live-token-tools.js';
import { parseBundle, parseToken, type Ticket, type Token, tokenText } from '../../../src/macaroon/bundle.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import type { Macaroon } from '../../../src/macaroon/macaroon.js';
import { discharge, permission, ticketIn, window, withThirdParty } from '../../support/tokens/tokens.js';

/** By the servers' clocks, when a rig is created. */
export const NOW = Date.UTC(2025, 0, 15, 12);
export const ONE = 'https://one.example/v1';
export const TWO = 'https://two.example/v1';

/** A validity window in seconds from `NOW`. */
export function within(from: number, to: number): Caveat {
  return window(NOW / 1000 + from, NOW / 1000 + to);
}

/** A permission token that wants a discharge of each location. */
export function wanting(locations: readonly string[], ...caveats: readonly Caveat[]): Macaroon {
  return locations.reduce((token, location) => withThirdParty(token, location), permission(...caveats));
}

/** A discharge of a permission token's first ticket, which can be used so long; in seconds from `NOW`. */
export function held(token: Macaroon, from: number, to: number, arrived?: number): Discharge {
  const macaroon = discharge(ticketIn(token), within(from, to));
  return {
    ...parseToken(tokenText(macaroon)),
    arrived: arrived === undefined ? undefined : NOW + arrived * 1000,
  };
}

/** A fresh discharge of a ticket, from now on and for so many seconds. */
export function fresh({ ticket }: Ticket, now: number, seconds = 630): Token {
  const start = Math.floor(now / 1000);
  return parseToken(tokenText(discharge(ticket, window(start, start + seconds))));
}

export interface TokenOptions {
  /** Default: one token that wants a discharge of `ONE`. */
  readonly permissions?: readonly Macaroon[];
  readonly discharges?: readonly Discharge[];
  /** Default two minutes. */
  readonly refreshBefore?: number;
  /** How far this machine's clock is ahead of the servers'. */
  readonly ahead?: number;
  readonly signal?: AbortSignal;
  /** Default: a fresh discharge, at once. `now` is the servers' time. */
  readonly fetch?: (ticket: Ticket, signal: AbortSignal, now: number, onPerson: () => void) => Promise<Token>;
  readonly lifetime?: Lifetime;
  readonly isPost?: boolean;
  readonly save?: (discharges: readonly Discharge[]) => void;
}

export interface TokenRig {
  readonly live: LiveToken;
  readonly clock: VirtualClock;
  /** Effects of the token, in their order: `fetch <location>`, `secret`, `info: …`, `save 1`, `warn: …`, `time`. */
  readonly events: string[];
  /** How often each location was asked, in the order of the first time. */
  readonly fetched: () => string[];
  readonly saved: (readonly Discharge[])[];
  /** An answer tells the servers' time. */
  readonly hearTime: () => void;
  /** Error of each `fetch`; no discharge is to be had while it is set. Tests may change it. */
  failing: Error | undefined;
}

export function createTokenRig(options: TokenOptions = {}): TokenRig {
  const { permissions = [wanting([ONE])], discharges = [], refreshBefore = 120_000, ahead = 0 } = options;
  const { signal = new AbortController().signal, save = () => undefined } = options;
  const { fetch = async (ticket, _, now) => fresh(ticket, now) } = options;
  const clock = createVirtualClock(NOW + ahead);
  const events: string[] = [];
  const saved: (readonly Discharge[])[] = [];
  let offset = 0;
  const bundle = parseBundle(permissions.map(tokenText).join(','));
  const live = new LiveToken(bundle, discharges, refreshBefore, {
    clock,
    signal,
    now: () => clock.now() + offset,
    learnTime: async () => {
      events.push('time');
      offset = -ahead;
    },
    lifetime: options.lifetime,
    isPost: options.isPost,
    fetchDischarge: async (ticket, limited, onPerson) => {
      events.push(`fetch ${ticket.location}`);
      if (rig.failing !== undefined) throw rig.failing;
      return fetch(ticket, limited, clock.now() - ahead, onPerson);
    },
    onSecret: () => void events.push('secret'),
    save: (them) => {
      events.push(`save ${them.length}`);
      saved.push(them);
      save(them);
    },
    info: (message) => void events.push(`info: ${message}`),
    warn: (message) => void events.push(`warn: ${message}`),
  });
  const rig: TokenRig = {
    live,
    clock,
    events,
    fetched: () => events.flatMap((it) => (it.startsWith('fetch ') ? [it.slice(6)] : [])),
    saved,
    hearTime: () => {
      offset = -ahead;
    },
    failing: undefined,
  };
  return rig;
}
