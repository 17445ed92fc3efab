import { attenuate, splice } from './attenuate.js';
import { type Caveat, encodeCaveats, readCaveats } from './caveats.js';
import { finalize, hmac } from './crypto.js';
import { decodeMacaroon, type Macaroon } from './macaroon.js';
import { encodeNonce, type Nonce } from './nonce.js';
import { malformed, Reader } from './reader.js';
import { type Random, seal, unseal } from './seal.js';
import { arrayHeader, concat, encodePlain } from './writer.js';

/** The issuer's side: needs keys, so the action has no use for it and its bundle must not hold it. */
export interface Mint {
  readonly nonce: Nonce;
  readonly location: string;
  readonly key: Uint8Array;
  readonly caveats: readonly Caveat[];
}

/** Mints a macaroon; a proof (a discharge) is finished at once and may hold attestations. */
export function mint({ nonce, location, key, caveats }: Mint): Macaroon {
  const encodedNonce = encodeNonce(nonce);
  const tail = hmac(key, encodedNonce);
  const blank = decodeMacaroon(
    concat(arrayHeader(4), encodedNonce, encodePlain(location), arrayHeader(0), encodePlain(tail)),
  );
  if (nonce.proof !== true) return attenuate(blank, caveats);
  const encoded = caveats.map((caveat) => encodeCaveats([caveat]));
  const added = encoded.map((set) => set.subarray(1));
  return decodeMacaroon(splice(blank, added, finalize(encoded.reduce(hmac, tail))));
}

/** Parts of a third-party caveat. */
export interface ThirdPartyTerms {
  readonly location: string;
  /** The 32 bytes that issuer and third party share. */
  readonly sharedKey: Uint8Array;
  /** Caveats that the third party is asked to check; only it can read them. */
  readonly caveats?: readonly Caveat[];
}

/** Adds a caveat that only the third party can discharge. (superfly/macaroon: caveats.go) */
export function addThirdParty(macaroon: Macaroon, terms: ThirdPartyTerms, random: Random): Macaroon {
  const dischargeKey = random(32);
  const content = concat(arrayHeader(2), encodePlain(dischargeKey), encodeCaveats(terms.caveats ?? []));
  const body = {
    location: terms.location,
    verifierKey: seal(macaroon.tail, dischargeKey, random),
    ticket: seal(terms.sharedKey, content, random),
  };
  return attenuate(macaroon, [{ name: '3P', body }]);
}

/** Content of a ticket, for its third party. */
export interface TicketContent {
  readonly dischargeKey: Uint8Array;
  readonly caveats: readonly Caveat[];
}

/** Opens a ticket under the key that its third party shares with the issuer. (superfly/macaroon: cid.go) */
export function openTicket(sharedKey: Uint8Array, ticket: Uint8Array): TicketContent {
  const reader = new Reader(unseal(sharedKey, ticket));
  if (reader.arrayLength('ticket') !== 2) throw malformed('ticket has not 2 fields');
  const content = reader.nested(() => ({
    dischargeKey: reader.binary('ticket key'),
    caveats: readCaveats(reader),
  }));
  reader.end('ticket');
  return content;
}

/** Parts of a discharge. */
export interface DischargeTerms {
  readonly location: string;
  readonly sharedKey: Uint8Array;
  readonly ticket: Uint8Array;
  readonly caveats: readonly Caveat[];
}

/** The third party's answer to a ticket: a finished proof under the key that the ticket holds. */
export function mintDischarge(
  { location, sharedKey, ticket, caveats }: DischargeTerms,
  random: Random,
): Macaroon {
  const { dischargeKey } = openTicket(sharedKey, ticket);
  return mint({ nonce: { kid: ticket, rnd: random(16), proof: true }, location, key: dischargeKey, caveats });
}

/** The caveat that ties a discharge to one permission token and whatever is attenuated from it. */
export function bindTo(digest: Uint8Array): Caveat {
  return { name: 'BindToParentToken', body: digest.subarray(0, 16) };
}
