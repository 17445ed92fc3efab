import type { CaveatJson } from '../macaroon/caveat-json.js';
import type { TokenKind } from '../macaroon/token-kind.js';
import type { May } from './may.js';

/** A caveat, for people and for programs; nothing in it is secret. */
export interface CaveatReport {
  readonly words: string;
  /** As Fly writes it; null where it is too long to be shown. */
  readonly json: CaveatJson | null;
}

/** A third party that a permission token needs a discharge of. */
export interface ThirdPartyReport {
  readonly location: string;
  readonly state: 'discharged' | 'missing' | 'refused';
  /** RFC 3339; null where it is not discharged, or for good. */
  readonly until: string | null;
  /** Why there is none. */
  readonly reason: string;
  /** What the discharge restricts in its turn. */
  readonly caveats: readonly CaveatReport[];
}

/** A permission token, by what it says of itself: nothing is verified. */
export interface PermissionReport {
  readonly uuid: string;
  /** What it seems to be. */
  readonly kind: TokenKind;
  /** As numbers, which are all that a token knows. */
  readonly organizations: readonly string[];
  readonly apps: readonly string[];
  /** What it may do, in words: `read and control machines of app 1234`. */
  readonly may: readonly string[];
  readonly caveats: readonly CaveatReport[];
  /** How many caveats there are beside those. */
  readonly more_caveats: number;
  /** RFC 3339; null for never. */
  readonly ends: string | null;
  readonly third_parties: readonly ThirdPartyReport[];
}

/** What `inspect` says of a token. Its shape is the output `report`: add to it, don't rename. */
export interface TokenReport {
  readonly version: 1;
  /** The app that the verdicts are about; null for any, or for several. */
  readonly app: string | null;
  /** Its number, where Fly told it. */
  readonly app_number: string | null;
  /** RFC 3339; null where it can't be used now. `never`: without an end. */
  readonly usable_until: string | null;
  readonly tokens: readonly PermissionReport[];
  readonly more_tokens: number;
  /** How many OAuth tokens, and parts of no known shape, there are. */
  readonly oauth_tokens: number;
  readonly unknown_parts: number;
  readonly unreadable: readonly { readonly position: number; readonly reason: string }[];
  /** By command, and by the inputs that need more. */
  readonly verdicts: Readonly<Record<string, May>>;
  readonly warnings: readonly string[];
}
