import type { Random } from '../src/macaroon/seal.js';
import type { Clock } from './clock.js';
import type { Machine } from './machines/machine.js';
import { createSettings, type GivenSettings, type Settings } from './settings.js';

export interface Organization {
  readonly slug: string;
  readonly name: string;
  /** The number that tokens name it by. */
  readonly id: bigint;
}

export interface App {
  readonly name: string;
  readonly id: string;
  /** The number that tokens name it by. */
  readonly numericId: bigint;
  readonly organization: Organization;
  readonly network: string;
  readonly machines: Map<string, Machine>;
  /** Since when, and how often, its lists have shown too few machines. */
  readonly lies: { since: number | undefined; count: number };
}

/** The secrets of this Fly; every emulator has its own. */
export interface Keys {
  readonly kid: Uint8Array;
  readonly root: Uint8Array;
  /** Shared with the authentication service, and with the user's own third party. */
  readonly aaa: Uint8Array;
  readonly own: Uint8Array;
}

/** A ticket that waits for its poller. */
export interface Poll {
  readonly party: 'aaa' | 'own';
  readonly ticket: Uint8Array;
  /** What the URL ends in that a person opens; the poll URL's secret is the key that it is kept under. */
  readonly userSecret: string;
  left: number;
}

/** Everything that this Fly consists of; the routes work on it. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly keys: Keys;
  /** Scheme and host that it is reached at; third parties' locations start with it. */
  origin: string;
  readonly organizations: Map<string, Organization>;
  readonly apps: Map<string, App>;
  /** OAuth tokens that may do everything. */
  readonly userTokens: Set<string>;
  readonly polls: Map<string, Poll>;
  /** Tokens left per action and identifier. */
  readonly buckets: Map<string, { tokens: number; at: number }>;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Scheme and host; default `https://fly.test`, until a server is put in front. */
  readonly origin?: string;
  readonly settings?: GivenSettings;
}

/** A world without apps, with keys of its own. */
export function createWorld(options: WorldOptions): World {
  const { clock, random, origin = 'https://fly.test', settings } = options;
  return {
    clock,
    random,
    settings: createSettings(settings),
    keys: { kid: random(16), root: random(32), aaa: random(32), own: random(32) },
    origin,
    organizations: new Map(),
    apps: new Map(),
    userTokens: new Set(),
    polls: new Map(),
    buckets: new Map(),
  };
}
