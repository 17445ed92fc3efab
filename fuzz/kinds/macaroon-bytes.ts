import { goldenTokens } from '../../__tests__/support/tokens/golden.js';
import { attenuate } from '../../src/macaroon/attenuate.js';
import { ticketsOf } from '../../src/macaroon/bundle.js';
import { encodeCaveats, readCaveats } from '../../src/macaroon/caveats.js';
import { decodeMacaroon, type Macaroon, validity } from '../../src/macaroon/macaroon.js';
import { tokenUuid } from '../../src/macaroon/nonce.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { Reader } from '../../src/macaroon/reader.js';
import { verify } from '../../src/macaroon/verify.js';
import type { Dice } from '../dice.js';
import { expect, outcomeOfCall } from '../expect.js';
import { mutateBytes } from '../mutate.js';
import type { Kind } from './kind.js';

const WHOLE = goldenTokens
  .map(({ token }) => Buffer.from(token.slice(token.indexOf('_') + 1), 'base64'))
  .filter(isWhole);
const KEY = Buffer.alloc(32, 7);
const WINDOW = { name: 'ValidityWindow', body: { not_before: 0n, not_after: 9n } } as const;
/** Heads that repeat without end: of an unknown caveat, or of `IfPresent`. */
const BOTTOMLESS = [
  ['92cd03e7', '91'],
  ['92cd03e7', '81c0'],
  ['92', '0d9292'],
] as const;
const SIZES = ['dd', 'df', 'c6', 'db'];

/** Kind: bytes of macaroons, namely Fly's own, damaged or rebuilt, and noise. */
export const macaroonBytesKind: Kind = {
  name: 'macaroon',
  share: 300,
  run(dice) {
    const bytes = bytesFrom(dice);
    const decoded = outcomeOfCall(() => decodeMacaroon(bytes));
    if ('error' in decoded) {
      expect(decoded.error.class === 'token format', () => `decoding throws ${decoded.error.line}`);
      return;
    }
    checkMacaroon(decoded.value);
  },
};

/** Tells whether the bytes decode; the goldens of bundles hold refused ones as well. */
function isWhole(bytes: Buffer): boolean {
  return 'value' in outcomeOfCall(() => decodeMacaroon(bytes));
}

function bytesFrom(dice: Dice): Buffer {
  if (dice.chance(0.05)) return dice.bytes(dice.size(400));
  const bytes = dice.pick(WHOLE);
  if (dice.chance(0.9)) return mutateBytes(dice, bytes);
  // The caveats of a good token start here; the head that replaces them claims billions, or never ends.
  const { caveatsStart } = decodeMacaroon(bytes);
  const head = bytes.subarray(0, caveatsStart);
  if (dice.chance(0.5)) {
    const claim = Buffer.from(`${dice.pick(SIZES)}${dice.pick(['ffffffff', '7fffffff', '00ffffff'])}`, 'hex');
    return Buffer.concat([head, claim, bytes.subarray(caveatsStart)]);
  }
  const [start, pattern] = dice.pick(BOTTOMLESS);
  return Buffer.concat([head, Buffer.from(start + pattern.repeat(dice.size(30_000)), 'hex')]);
}

function checkMacaroon(macaroon: Macaroon): void {
  const { caveats, bytes } = macaroon;
  const encoded = encodeCaveats(caveats);
  const reader = new Reader(encoded);
  const again = encodeCaveats(readCaveats(reader));
  reader.end('caveats');
  expect(Buffer.compare(again, encoded) === 0, () => 'caveats change when written again');
  const { notBefore, notAfter } = validity(macaroon);
  for (const second of [notBefore, notAfter])
    expect(
      second === undefined || Number.isFinite(new Date(second * 1000).getTime()),
      () => `${second} is no time`,
    );
  for (const { ticket } of ticketsOf({ text: '', macaroon })) expect(ticket.length >= 0, () => 'no ticket');
  expect(/^[0-9a-f-]{36}$/.test(tokenUuid(macaroon.nonce)), () => `no UUID: ${tokenUuid(macaroon.nonce)}`);
  const refusal = prohibits(caveats, { action: 1, now: 0, orgId: 1n, appId: 2n, machine: 'x' });
  expect(refusal === undefined || typeof refusal === 'string', () => 'a refusal without a reason');
  const verified = outcomeOfCall(() => verify({ macaroon, key: KEY, discharges: [macaroon] }));
  expect('error' in verified, () => 'a macaroon verifies under a key that is not its own');
  const narrowed = outcomeOfCall(() => attenuate(macaroon, [WINDOW]));
  if ('error' in narrowed) {
    expect(narrowed.error.class === 'input', () => `attenuating throws ${narrowed.error.line}`);
    return;
  }
  const { value } = narrowed;
  const head = Buffer.from(bytes.subarray(0, macaroon.caveatsStart));
  expect(
    head.compare(value.bytes.subarray(0, value.caveatsStart)) === 0,
    () => 'attenuating changes the head',
  );
  const added = value.caveats.length - caveats.length;
  expect(added === 0 || added === 1, () => `attenuating adds ${added} caveats`);
}
