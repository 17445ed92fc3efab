import { hex } from '../random.js';
import type { World } from '../world.js';
import { locationOf, type Party } from './parties.js';

/** Where a third party takes tickets. (superfly/macaroon: tp/README.md) */
export const INIT = '/.well-known/macfly/3p';

/** Keeps a ticket for its poller; returns the secret that the poll URL ends in. */
export function keepTicket(world: World, party: Party, ticket: Uint8Array): string {
  const secret = hex(world.random, 16);
  world.polls.set(secret, { party, ticket, left: world.settings[party].polls });
  return secret;
}

/** The URL to poll, in the form that the settings ask for. */
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

/** A path without the secret that is at its end: whoever has that gets the discharge. */
export function withoutSecret(path: string): string {
  return path.replace(/^(\/(?:aaa|own)\/v1\/(?:\.well-known\/macfly\/3p\/poll|user)\/).*$/, '$1…');
}
