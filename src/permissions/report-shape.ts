import type { CaveatJson } from '../macaroon/caveat-json.js';
import type { TokenKind } from '../macaroon/token-kind.js';
import type { May } from './may.js';

/** Caveat, for people and for programs; nothing in it is secret. */
export interface CaveatReport {
  readonly words: string;
  /** Caveat as Fly writes it; null where it is too long to be shown. */
  readonly json: CaveatJson | null;
}

/** Third party whose discharge a permission token needs. */
export interface ThirdPartyReport {
  readonly location: string;
  readonly state: 'discharged' | 'missing' | 'refused';
  /** End of the discharge, RFC 3339; null where there is none, or no end. */
  readonly until: string | null;
  /** Reason why there is no discharge; empty otherwise. */
  readonly reason: string;
  /** Caveats of the discharge itself. */
  readonly caveats: readonly CaveatReport[];
}

/** Permission token as it describes itself: nothing is verified. */
export interface PermissionReport {
  readonly uuid: string;
  /** Kind that it seems to be. */
  readonly kind: TokenKind;
  /** Numbers of organizations, since a token holds no names. */
  readonly organizations: readonly string[];
  readonly apps: readonly string[];
  /** Permissions in words: `read and control machines of app 1234`. */
  readonly may: readonly string[];
  readonly caveats: readonly CaveatReport[];
  /** Number of further caveats that are not shown. */
  readonly more_caveats: number;
  /** End, RFC 3339; null for never. */
  readonly ends: string | null;
  readonly third_parties: readonly ThirdPartyReport[];
}

/** Names by which Fly itself knows what one token is for; empty where it doesn't tell. */
export interface NamesReport {
  readonly organization: string;
  readonly org_slug: string;
  /** Apps that Fly names; it may name none for a token of the whole organization. */
  readonly apps: readonly string[];
  /** Number of further apps that are not shown. */
  readonly more_apps: number;
  /** Machine from which alone it may be used; null for none. */
  readonly only_from_machine: string | null;
}

/** Report of `inspect` on a token. Its shape is the output `report`: add to it, don't rename. */
export interface TokenReport {
  readonly version: 1;
  /** App that the verdicts are about; null for any, or for several. */
  readonly app: string | null;
  /** Number of that app; null where Fly did not tell it. */
  readonly app_number: string | null;
  /** Time until which the token is usable, RFC 3339; `never` if it has no end; null where it can't be used now. */
  readonly usable_until: string | null;
  /** False where Fly does not take the token: revoked, or not one of Fly's. Null where that isn't known. */
  readonly accepted: boolean | null;
  /** Names by which Fly knows the tokens; empty where it wasn't asked, or didn't tell. */
  readonly named: readonly NamesReport[];
  readonly tokens: readonly PermissionReport[];
  readonly more_tokens: number;
  /** Number of OAuth tokens. */
  readonly oauth_tokens: number;
  /** Number of parts of no known shape. */
  readonly unknown_parts: number;
  readonly unreadable: readonly { readonly position: number; readonly reason: string }[];
  /** Verdicts by command, and by the inputs that need more. */
  readonly verdicts: Readonly<Record<string, May>>;
  readonly warnings: readonly string[];
}
