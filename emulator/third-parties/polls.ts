import { hex } from '../random.js';
import type { World } from '../world.js';
import { locationOf, type Party } from './parties.js';

/** Path at which a third party takes tickets. (superfly/macaroon: tp/README.md) */
export const INIT = '/.well-known/macfly/3p';

/**
 * Keeps a ticket for its poller. Returns the secrets at the end of the poll URL and of the URL for a person:
 * two, because the client that sends a person there need not be the one that gets the discharge.
 */
export function keepTicket(
  world: World,
  party: Party,
  ticket: Uint8Array,
): { readonly poll: string; readonly user: string } {
  const secrets = { poll: hex(world.random, 16), user: hex(world.random, 16) };
  world.polls.set(secrets.poll, {
    party,
    ticket,
    userSecret: secrets.user,
    left: world.settings[party].polls,
  });
  return secrets;
}

/** Returns the URL to poll, in the form that the settings ask for. */
export function pollUrl(world: World, party: Party, secret: string): string {
  const absolute = `${locationOf(world, party)}${INIT}/poll/${secret}`;
  switch (world.settings[party].pollUrl) {
    case 'absolute':
      return absolute;
    case 'relative':
      return absolute.slice(world.origin.length);
    case 'foreign':
      return `https://elsewhere.test/poll/${secret}`;
  }
}

/** Hides the secret at the end of a path: with it, anyone gets the discharge. */
export function withoutSecret(path: string): string {
  return path.replace(/^(\/(?:aaa|own)\/v1\/(?:\.well-known\/macfly\/3p\/poll|user)\/).*$/, '$1…');
}
