import type { Random } from '../src/macaroon/seal.js';
import { createVerifier } from './access/verifier.js';
import type { Clock } from './clock.js';
import type { Happening } from './happening.js';
import type { Machine } from './machines/machine.js';
import { createSettings, type GivenSettings, type Settings } from './settings.js';

/** An organization, as tokens and the API know it. */
export interface Organization {
  readonly slug: string;
  readonly name: string;
  /** Number that tokens name it by. */
  readonly id: bigint;
}

/** An app with its machines. */
export interface App {
  readonly name: string;
  readonly id: string;
  /** Number that tokens name it by. */
  readonly numericId: bigint;
  readonly organization: Organization;
  readonly network: string;
  readonly machines: Map<string, Machine>;
  /** Time of its first incomplete list, in milliseconds since 1970, and the number of such lists. */
  readonly lies: { since: number | undefined; count: number };
}

/** The secrets of this Fly; every emulator has its own. */
export interface Keys {
  readonly kid: Uint8Array;
  readonly root: Uint8Array;
  /** Key shared with the authentication service. */
  readonly aaa: Uint8Array;
  /** Key shared with the user's own third party. */
  readonly own: Uint8Array;
}

/** A ticket that waits for its poller. */
export interface Poll {
  readonly party: 'aaa' | 'own';
  readonly ticket: Uint8Array;
  /**
   * Secret at the end of the URL for a person. `World.polls` keys a ticket by the other secret, that of the
   * poll URL.
   */
  readonly userSecret: string;
  /** Number of polls left to answer with 202. */
  left: number;
}

/** Everything that an emulated Fly consists of; the routes work on it. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly keys: Keys;
  /** Verifies the tokens of a header under these keys. */
  readonly verify: ReturnType<typeof createVerifier>;
  /** Scheme and host that clients reach it at; third parties' locations start with it. */
  origin: string;
  readonly organizations: Map<string, Organization>;
  readonly apps: Map<string, App>;
  /** OAuth tokens that may do everything. */
  readonly userTokens: Set<string>;
  readonly polls: Map<string, Poll>;
  /** Tokens left per action and identifier, and the time of the count in milliseconds since 1970. */
  readonly buckets: Map<string, { tokens: number; at: number }>;
  /** Tells a change to whoever keeps the history. Called with `?.`, so that nothing is built where nobody does. */
  readonly tell: ((happening: Happening) => void) | undefined;
}

/** Options of a world. */
export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Scheme and host. Default `https://fly.test`, until a server sets its own. */
  readonly origin?: string;
  readonly settings?: GivenSettings;
  /**
   * Called with every change of the world, as soon as it is noticed: planned changes of a machine are, in their
   * order, when somebody next looks at that machine.
   */
  readonly onHappening?: (happening: Happening) => void;
}

/** Creates a world without apps, with keys of its own. */
export function createWorld(options: WorldOptions): World {
  const { clock, random, origin = 'https://fly.test', settings, onHappening } = options;
  const keys = { kid: random(16), root: random(32), aaa: random(32), own: random(32) };
  return {
    clock,
    random,
    settings: createSettings(settings),
    keys,
    verify: createVerifier(keys),
    origin,
    organizations: new Map(),
    apps: new Map(),
    userTokens: new Set(),
    polls: new Map(),
    buckets: new Map(),
    tell: onHappening,
  };
}
