import { tokenText } from '../../src/macaroon/bundle.js';
import { unlessRefused } from '../access/unless-refused.js';
import { type Answer, json, page, plain, refusal } from '../http.js';
import type { World } from '../world.js';
import { type DischargeOptions, issueDischarge, locationOf, type Party } from './parties.js';
import { keepTicket, pollUrl } from './polls.js';

/** Base64 with its padding, as Go's JSON decoder wants it. */
const STANDARD_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Answers a ticket by the third party's settings. A ticket that doesn't open gets a 500, as from Fly's own
 * server.
 */
export function answerTicket(world: World, party: Party, body: string): Answer {
  const settings = world.settings[party];
  if (settings.behaviour === 'down') return plain(503, 'Service Unavailable');
  const ticket = readTicket(body);
  const valid = ticket === undefined ? undefined : discharge(world, { party, ticket });
  if (ticket === undefined || valid === undefined) return refusal(500, 'internal server error');
  switch (settings.behaviour) {
    case 'immediate':
      return json(201, { discharge: valid });
    case 'poll':
      return json(201, { poll_url: pollUrl(world, party, keepTicket(world, party, ticket).poll) });
    case 'user-interactive': {
      const secrets = keepTicket(world, party, ticket);
      const urls = {
        user_url: `${locationOf(world, party)}/user/${secrets.user}`,
        poll_url: pollUrl(world, party, secrets.poll),
      };
      return json(201, { user_interactive: urls });
    }
    case 'refuse':
      return refusal(Number(settings.status), settings.error);
    case 'garbage':
      return page(201, 'Sign in');
    case 'empty':
      return json(201, {});
    case 'expired':
      return json(201, { discharge: discharge(world, { party, ticket, lifetimeMs: -60_000 }) });
    case 'wrong-ticket':
    case 'wrong-key':
      return json(201, { discharge: discharge(world, { party, ticket, flaw: settings.behaviour }) });
    case 'huge':
      return json(201, { padding: 'x'.repeat(settings.hugeBytes), discharge: valid });
    case 'redirect':
      return { ...plain(307, 'Temporary Redirect'), headers: { location: settings.redirectTo } };
  }
}

/** Makes the text of a discharge; undefined for a ticket that doesn't open under this third party's key. */
export function discharge(world: World, options: DischargeOptions): string | undefined {
  return unlessRefused(() => tokenText(issueDischarge(world, options)));
}

/** Reads the ticket in a request's body; undefined when there is none. */
function readTicket(body: string): Uint8Array | undefined {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return undefined;
  }
  const ticket = typeof given === 'object' && given !== null && 'ticket' in given ? given.ticket : undefined;
  if (typeof ticket !== 'string' || ticket === '' || !STANDARD_BASE64.test(ticket)) return undefined;
  return Buffer.from(ticket, 'base64');
}
