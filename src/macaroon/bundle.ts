import type { UnixMs } from '../clock.js';
import { ActionError } from '../errors.js';
import { type Caveat, caveatsNamed } from './caveats.js';
import { decodeMacaroon, type Macaroon, PERMISSION_LOCATION, validity } from './macaroon.js';
import { malformed } from './reader.js';
import { splitTokenText } from './token-text.js';

/** A macaroon with the text that it came as, which is what is sent. */
export interface Token {
  readonly text: string;
  readonly macaroon: Macaroon;
}

/** A part that is labelled as a macaroon and can't be read; it is sent as it came. */
export interface Malformed {
  readonly text: string;
  /** Counted from 1 over all parts of the token. */
  readonly position: number;
  readonly reason: string;
}

/** Everything that one token text holds, sorted by what it is for. Nothing in it is verified. */
export interface Bundle {
  readonly permissions: readonly Token[];
  readonly discharges: readonly Token[];
  readonly malformed: readonly Malformed[];
  /** OAuth tokens (`fo1_`). */
  readonly users: readonly string[];
  /** Parts of no known shape; sent as Bearer when there is no macaroon, as Fly's own client does. */
  readonly unknown: readonly string[];
  /** True for a token given in a form that only this reader takes. */
  readonly mended?: true;
}

/** A ticket to be discharged, and by whom. */
export interface Ticket {
  readonly location: string;
  readonly ticket: Uint8Array;
}

/** Parses a token as people store it. Throws an `input` error for what can't be a Fly token at all. */
export function parseBundle(input: string): Bundle {
  const bundle = { permissions: [], discharges: [], malformed: [], users: [], unknown: [] } as {
    [K in Exclude<keyof Bundle, 'mended'>]: Bundle[K][number][];
  };
  const parts = splitTokenText(input);
  for (const [index, { kind, text }] of parts.entries()) {
    if (kind === 'user') bundle.users.push(text);
    else if (kind === 'unknown') bundle.unknown.push(text);
    else {
      const read = readToken(text);
      if (read instanceof ActionError) {
        const reason = `${read.message}${read.message.endsWith('?') ? '' : '; damaged when it was copied?'}`;
        bundle.malformed.push({ text, position: index + 1, reason });
      } else if (read.macaroon.location === PERMISSION_LOCATION) bundle.permissions.push(read);
      else bundle.discharges.push(read);
    }
  }
  return parts[0]?.mended ? { ...bundle, mended: true } : bundle;
}

/** Decodes the text of one macaroon, label included; throws a `token format` error with the reason. */
export function parseToken(text: string): Token {
  const base64 = text.slice(text.indexOf('_') + 1);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    throw malformed('not standard base64; was it cut off when it was copied?');
  }
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0) throw malformed('nothing behind its label');
  return { text, macaroon: decodeMacaroon(bytes) };
}

function readToken(text: string): Token | ActionError {
  try {
    return parseToken(text);
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
}

/** The text of a macaroon as tokens are written today. */
export function tokenText(macaroon: Pick<Macaroon, 'bytes'>): string {
  return `fm2_${Buffer.from(macaroon.bytes).toString('base64')}`;
}

/** The value of the Authorization header for Fly's API. (superfly/fly-go: tokens/tokens.go) */
export function authorization(bundle: Bundle): string {
  const macaroons = [...bundle.permissions, ...bundle.malformed, ...bundle.discharges];
  if (macaroons.length > 0) return `FlyV1 ${macaroons.map(({ text }) => text).join(',')}`;
  return `Bearer ${[...bundle.users, ...bundle.unknown].join(',')}`;
}

/** The third-party caveats of one permission token, those inside `IfPresent` included, as Fly's client has it. */
export function ticketsOf({ macaroon }: Token): Ticket[] {
  return caveatsNamed(macaroon.caveats, '3P').map(({ body }) => body);
}

/** Returns the caveats of a permission token itself, third parties aside. */
export function ownCaveats({ macaroon }: Token): Caveat[] {
  return macaroon.caveats.filter(({ name }) => name !== '3P');
}

/** Names a ticket in maps and files; of use to the one third party only. */
export function ticketKey(ticket: Uint8Array): string {
  return Buffer.from(ticket).toString('base64');
}

/** The discharges that answer one ticket, the one that lasts longest first. */
export function dischargesFor({ ticket }: Ticket, discharges: readonly Token[]): Token[] {
  return discharges
    .filter(({ macaroon }) => Buffer.compare(macaroon.nonce.kid, ticket) === 0)
    .map((token) => ({ token, end: endOf(token) }))
    .sort((a, b) => b.end - a.end)
    .map(({ token }) => token);
}

/** Returns when a token ends, in Unix milliseconds; infinite where nothing limits it. */
export function endOf({ macaroon }: Token): UnixMs {
  return (validity(macaroon).notAfter ?? Number.POSITIVE_INFINITY) * 1000;
}

/** Returns when the last of the tokens ends, in Unix milliseconds; of no tokens, minus infinity. */
export function endOfAll(tokens: readonly Token[]): UnixMs {
  return Math.max(...tokens.map(endOf));
}

/**
 * Returns when the bundle stops being usable without a refresh, in Unix milliseconds: each permission token lasts as
 * long as it and the discharges of all its tickets do, and the one that lasts longest counts. Undefined when none
 * is complete. Infinite without a permission token, since nothing is known of an end.
 */
export function usableUntil({ permissions, discharges }: Bundle): UnixMs | undefined {
  if (permissions.length === 0) return Number.POSITIVE_INFINITY;
  const ends = permissions.flatMap((permission) => {
    const needed = ticketsOf(permission).map((ticket) => dischargesFor(ticket, discharges)[0]);
    const complete = needed.flatMap((discharge) => (discharge === undefined ? [] : [endOf(discharge)]));
    return complete.length < needed.length ? [] : [Math.min(endOf(permission), ...complete)];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}
