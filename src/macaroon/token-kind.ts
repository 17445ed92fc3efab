import type { Token } from './bundle.js';
import { type Caveat, caveatsNamed } from './caveats.js';
import { validity } from './macaroon.js';
import type { Nonce } from './nonce.js';

/** The kinds of permission tokens, as Fly's own command names what makes them. */
export const KINDS = {
  deploy: 'a deploy token',
  org: 'an org token',
  'read-only': 'a read-only token',
  'machine-exec': 'a machine-exec token',
  ssh: 'an ssh token',
  wireguard: 'a wireguard token',
  'litefs-cloud': 'a litefs-cloud token',
  'user session': "a person's session",
  unknown: 'a token of no known kind',
} as const;

/** Name of a kind. */
export type TokenKind = keyof typeof KINDS;

const READ_BIT = 1;
/** Actions that `fly tokens create ssh` asks for. */
const SSH_MUTATIONS = new Set(['issueCertificate', 'addWireGuardPeer']);
/** Fly's command makes itself tokens for ten minutes from a login; what is stored lives longer. In seconds. */
const SHORT_LIFE = 3_600;

/**
 * Guesses the kind of a token from its caveats alone: no token says what made it, what Fly itself puts into a token
 * isn't published, and a token can be narrowed to look like another kind (superfly/flyctl: internal/command/tokens/create.go).
 */
export function kindOf({ macaroon }: Token, all: readonly Token[]): TokenKind {
  const { caveats, nonce } = macaroon;
  // Both halves of an ssh token are cut from one.
  const siblings = all
    .filter((it) => areSameBytes(it.macaroon.nonce, nonce))
    .flatMap((it) => it.macaroon.caveats);
  if (isSsh(siblings)) return 'ssh';
  for (const { body } of caveatsNamed(caveats, 'IfPresent')) {
    // One that allows none is of a token that is narrowed to reading.
    if (body.ifs.some((it) => it.name === 'Commands' && it.body.length > 0)) return 'machine-exec';
    const noApps = body.ifs.some((it) => it.name === 'Apps' && it.body.apps.size === 0);
    if (noApps && body.ifs.some((it) => it.name === 'FeatureSet' && it.body.features.has('wg')))
      return 'wireguard';
  }
  if (caveats.some(({ name }) => name === 'Clusters')) return 'litefs-cloud';
  if (maskOf(caveats) === READ_BIT) return 'read-only';
  const apps = caveatsNamed(caveats, 'Apps').flatMap(({ body }) => [...body.apps.keys()]);
  if (apps.some((id) => id !== 0n)) return 'deploy';
  const isScoped = caveats.some(({ name }) => name === 'Organization');
  // Later ones were added by whoever narrowed it.
  const { notBefore, notAfter } = validity({
    caveats: caveats.filter(({ name }) => name === 'ValidityWindow').slice(0, 1),
  });
  const isShort = notAfter !== undefined && notAfter - (notBefore ?? 0) <= SHORT_LIFE;
  if (caveats.some(({ name }) => name === 'IsUser') || (isScoped && isShort)) return 'user session';
  return isScoped ? 'org' : 'unknown';
}

function areSameBytes(one: Nonce, other: Nonce): boolean {
  return Buffer.compare(one.rnd, other.rnd) === 0 && Buffer.compare(one.kid, other.kid) === 0;
}

function isSsh(caveats: readonly Caveat[]): boolean {
  const mutations = caveatsNamed(caveats, 'Mutations').flatMap(({ body }) => body.mutations);
  return mutations.length > 0 && mutations.every((it) => SSH_MUTATIONS.has(it));
}

/** Returns the actions that all caveats on actions at the top leave; all bits where there is none. */
function maskOf(caveats: readonly Caveat[]): number {
  return caveats.reduce((mask, caveat) => {
    if (caveat.name === 'Organization') return mask & caveat.body.mask;
    return caveat.name === 'Action' ? mask & caveat.body : mask;
  }, 0xffff);
}
