import { timingSafeEqual } from 'node:crypto';
import { ActionError } from '../errors.js';
import { type Caveat, encodeCaveats, isAttestation, type Registered } from './caveats.js';
import { finalize, hmac, sha256 } from './crypto.js';
import type { Macaroon } from './macaroon.js';
import { openTicket } from './mint.js';
import { encodeNonce } from './nonce.js';
import { unseal } from './seal.js';

/** Macaroon to verify, and the keys to verify it under. */
export interface Verification {
  readonly macaroon: Macaroon;
  readonly key: Uint8Array;
  readonly discharges: readonly Macaroon[];
  /** Keys shared with third parties whose word on a bearer's identity counts, by location. */
  readonly trusted?: ReadonlyMap<string, readonly Uint8Array[]>;
}

/**
 * The issuer's check of a permission token and its discharges: returns the caveats that an access must
 * satisfy, those of the discharges included; throws a `token format` error when anything doesn't hold.
 * Like Fly's Go code it signs over the canonical encoding of registered caveats. (superfly/macaroon: macaroon.go)
 */
export function verify(verification: Verification): Caveat[] {
  return verifyOne({ ...verification, parents: [], trustAttestations: true });
}

interface VerifyStep extends Verification {
  /** Digests of every tail of the permission token that a discharge may be bound to. */
  readonly parents: readonly Uint8Array[];
  readonly trustAttestations: boolean;
}

function verifyOne({ macaroon, key, discharges, trusted, parents, trustAttestations }: VerifyStep): Caveat[] {
  let tail = hmac(key, encodeNonce(macaroon.nonce));
  const bindings = [sha256(tail)];
  const thirdParties: { caveat: Registered<'3P'>; key: Uint8Array }[] = [];
  const caveats: Caveat[] = [];
  for (const caveat of macaroon.caveats) {
    if (caveat.name === '3P') {
      thirdParties.push({ caveat, key: unseal(tail, caveat.body.verifierKey) });
    } else if (caveat.name === 'BindToParentToken') {
      const prefix = caveat.body;
      if (!parents.some((parent) => Buffer.compare(parent.subarray(0, prefix.length), prefix) === 0)) {
        throw invalid('a discharge is bound to another permission token');
      }
    } else if (!isAttestation(caveat)) caveats.push(caveat);
    else if (macaroon.nonce.proof !== true) throw invalid('an attestation stands outside a discharge');
    else if (trustAttestations) caveats.push(caveat);
    tail = hmac(tail, encodeCaveats([caveat]));
    bindings.push(sha256(tail));
  }
  for (const { caveat, key: dischargeKey } of thirdParties) {
    const matching = discharges.filter(({ nonce }) => Buffer.compare(nonce.kid, caveat.body.ticket) === 0);
    if (matching.length === 0) throw invalid(`no discharge of ${caveat.body.location}`);
    caveats.push(
      ...firstThatHolds(matching, (discharge) =>
        verifyOne({
          macaroon: discharge,
          key: dischargeKey,
          discharges: [],
          parents: bindings,
          trustAttestations: trustAttestations && isTrusted(discharge, dischargeKey, trusted),
        }),
      ),
    );
  }
  if (macaroon.nonce.proof === true) tail = finalize(tail);
  if (!timingSafeEqual(tail, macaroon.tail)) throw invalid('the tail does not match');
  return caveats;
}

function firstThatHolds(discharges: readonly Macaroon[], check: (discharge: Macaroon) => Caveat[]): Caveat[] {
  let refusal: unknown;
  for (const discharge of discharges) {
    try {
      return check(discharge);
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** Checks that the ticket opens under a trusted third party's key; then its key must be the caveat's own. */
function isTrusted(discharge: Macaroon, dischargeKey: Uint8Array, trusted: Verification['trusted']): boolean {
  for (const sharedKey of trusted?.get(discharge.location) ?? []) {
    let content: ReturnType<typeof openTicket>;
    try {
      content = openTicket(sharedKey, discharge.nonce.kid);
    } catch {
      continue;
    }
    if (Buffer.compare(content.dischargeKey, dischargeKey) !== 0)
      throw invalid('ticket and verifier key differ');
    return true;
  }
  return false;
}

function invalid(reason: string): ActionError {
  return new ActionError('token format', `The token does not verify: ${reason}.`);
}
