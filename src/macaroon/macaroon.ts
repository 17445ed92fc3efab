/**
 * The words of this folder:
 *
 * - A **macaroon** is a bearer token that anybody who holds it can narrow, and nobody can widen: it carries
 *   **caveats**, restrictions that must all hold, and a **tail**, the running HMAC over everything before it.
 * - A **permission token** is the macaroon that grants access; its **location** is Fly's API.
 * - A **third-party caveat** can only be cleared by another service. It carries a **ticket**, an encrypted
 *   blob to be handed to that service, which answers with a **discharge**: a macaroon whose key id is the ticket.
 * - A **bundle** is permission tokens and their discharges, joined by commas in one header.
 * - To **attenuate** is to add caveats, which needs no key.
 *
 * Nothing that is decoded here has been verified: only the issuer holds the key. What a macaroon says of
 * itself is a hint for planning (when to refresh, what to ask whom), never a decision about access.
 */
import { type Caveat, caveatsNamed, readCaveats } from './caveats.js';
import { goSeconds } from './go-seconds.js';
import { type Nonce, readNonce } from './nonce.js';
import { malformed, Reader } from './reader.js';

/** Location in Fly's permission tokens (superfly/macaroon: flyio/flyio.go). */
export const PERMISSION_LOCATION = 'https://api.fly.io/v1';

const TAIL_SIZE = 32;
/** Last Unix second for which JavaScript has a date; a later expiry counts as never. */
const LAST_SECOND = 8_640_000_000_000n;

/** A decoded macaroon, not verified. */
export interface Macaroon {
  readonly nonce: Nonce;
  readonly location: string;
  /** Not verified. */
  readonly caveats: readonly Caveat[];
  readonly tail: Uint8Array;
  /** The macaroon as it came, and where its caveats start (their array's header) and end. */
  readonly bytes: Uint8Array;
  readonly caveatsStart: number;
  readonly caveatsEnd: number;
}

/** Decodes one macaroon strictly; throws a `token format` error with one line of reason. */
export function decodeMacaroon(bytes: Uint8Array): Macaroon {
  const reader = new Reader(bytes);
  if (reader.arrayLength('macaroon') !== 4) throw malformed('macaroon has not 4 fields');
  const macaroon = reader.nested(() => {
    const nonce = readNonce(reader);
    const location = reader.text('location');
    const caveatsStart = reader.offset;
    const caveats = readCaveats(reader);
    const caveatsEnd = reader.offset;
    const tail = reader.binary('tail');
    if (tail.length !== TAIL_SIZE) throw malformed(`tail has ${tail.length} bytes instead of ${TAIL_SIZE}`);
    return { nonce, location, caveats, tail, bytes, caveatsStart, caveatsEnd };
  });
  reader.end('macaroon');
  return macaroon;
}

/** The span in which the macaroon says it can be used; Unix seconds, open where nothing limits it. */
export interface Validity {
  readonly notBefore: number | undefined;
  readonly notAfter: number | undefined;
}

/** The narrowest of all validity windows, those inside `IfPresent` included. (superfly/macaroon: macaroon.go) */
export function validity({ caveats }: Pick<Macaroon, 'caveats'>): Validity {
  let notBefore: bigint | undefined;
  let notAfter: bigint | undefined;
  for (const { body } of caveatsNamed(caveats, 'ValidityWindow')) {
    const [start, end] = [goSeconds(body.not_before), goSeconds(body.not_after)];
    if (notBefore === undefined || start > notBefore) notBefore = start;
    if (notAfter === undefined || end < notAfter) notAfter = end;
  }
  return { notBefore: inTime(notBefore), notAfter: inTime(notAfter) };
}

function inTime(seconds: bigint | undefined): number | undefined {
  if (seconds === undefined || seconds > LAST_SECOND) return undefined;
  return Number(seconds < -LAST_SECOND ? -LAST_SECOND : seconds);
}
