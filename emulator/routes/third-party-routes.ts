import { type Answer, json, page, refusal } from '../http.js';
import { refuseWithoutOidc } from '../third-parties/oidc-check.js';
import { PARTIES, type Party } from '../third-parties/parties.js';
import { INIT } from '../third-parties/polls.js';
import { answerTicket, discharge } from '../third-parties/tickets.js';
import type { World } from '../world.js';
import type { Context, PublicRoute } from './route.js';

/** Routes of the third parties: tickets in, discharges out, in every documented way and some others. */
export const THIRD_PARTY_ROUTES: readonly PublicRoute[] = PARTIES.flatMap((party): PublicRoute[] => [
  { scope: 'public', method: 'POST', path: `/${party}/v1${INIT}`, handle: (it) => init(it, party) },
  {
    scope: 'public',
    method: 'GET',
    path: `/${party}/v1${INIT}/poll/:secret`,
    handle: (it) => poll(it, party),
  },
  { scope: 'public', method: 'GET', path: `/${party}/v1/user/:secret`, handle: (it) => approve(it, party) },
]);

async function init({ world, headers, body, signal }: Context, party: Party): Promise<Answer> {
  await delay(world, party, signal);
  const { credential } = world.settings[party];
  const given = headers['authorization'];
  const refused = credential === 'oidc' ? await refuseWithoutOidc(world, party, given) : undefined;
  if (refused !== undefined) return refused;
  if (credential !== '' && credential !== 'oidc' && given !== credential) {
    return refusal(401, 'authentication required');
  }
  return answerTicket(world, party, body);
}

async function poll({ world, params, signal }: Context, party: Party): Promise<Answer> {
  await delay(world, party, signal);
  const secret = params['secret'] ?? '';
  const kept = world.polls.get(secret);
  if (kept === undefined || kept.party !== party) return refusal(404, 'not found');
  const { pendingBody, pollResult, error } = world.settings[party];
  if (kept.left > 0) {
    kept.left -= 1;
    return pendingBody === 'empty' ? { status: 202, headers: {}, body: '' } : refusal(202, 'not ready');
  }
  // A poll URL gives its result once.
  world.polls.delete(secret);
  if (pollResult === 'refusal') return refusal(200, error);
  return json(200, { discharge: discharge(world, { party, ticket: kept.ticket }) });
}

async function delay({ clock, settings }: World, party: Party, signal: AbortSignal): Promise<void> {
  if (settings[party].delayMs > 0) await clock.sleep(settings[party].delayMs, signal);
}

/** Approves a ticket, as the person does who opens the user URL. */
function approve({ world, params }: Context, party: Party): Answer {
  const kept = [...world.polls.values()].find(
    (it) => it.party === party && it.userSecret === params['secret'],
  );
  if (kept === undefined) return refusal(404, 'not found');
  kept.left = 0;
  return page(200, 'Approved');
}
