import { actionWords } from '../macaroon/action-mask.js';
import {
  type Bundle,
  dischargesFor,
  lastSecond,
  type Ticket,
  type Token,
  ticketsOf,
} from '../macaroon/bundle.js';
import { type Caveat, caveatsNamed } from '../macaroon/caveats.js';
import { tokenUuid } from '../macaroon/nonce.js';
import { count, formatTime } from '../text.js';

/** What a token says of itself, a line a part: kind, scope, end and UUID, never any of its text. Not verified. */
export function describeBundle(bundle: Bundle): string[] {
  return [
    ...bundle.permissions.flatMap((token) => [
      `Permission token ${tokenUuid(token.macaroon.nonce)}: ${scope(token.macaroon.caveats)}, ${ending(token)}`,
      ...ticketsOf(token).map(
        (ticket) => `  third party ${ticket.location}: ${discharged(ticket, bundle.discharges)}`,
      ),
    ]),
    ...bundle.malformed.map(
      ({ position, reason }) => `Part ${position} can't be read (${reason}); it is sent as it came`,
    ),
    ...(bundle.users.length > 0
      ? [`${count(bundle.users.length, 'OAuth token')}, for the third parties of Fly`]
      : []),
    ...(bundle.unknown.length > 0 ? [`${count(bundle.unknown.length, 'part')} of no known shape`] : []),
  ];
}

function scope(caveats: readonly Caveat[]): string {
  const organizations = caveatsNamed(caveats, 'Organization').map(
    ({ body }) => `organization ${body.id} (${actionWords(body.mask)})`,
  );
  const apps = caveatsNamed(caveats, 'Apps').flatMap(({ body }) =>
    [...body.apps].map(([app, mask]) => `app ${app === 0n ? 'any' : app} (${actionWords(mask)})`),
  );
  const actions = caveatsNamed(caveats, 'Action').map(({ body }) => `only ${actionWords(body)}`);
  return [...organizations, ...apps, ...actions].join(', ') || 'no scope of its own';
}

function ending(token: Token): string {
  const end = lastSecond(token);
  return Number.isFinite(end) ? `ends ${formatTime(end * 1000)}` : 'never ends';
}

function discharged(ticket: Ticket, discharges: readonly Token[]): string {
  const [best] = dischargesFor(ticket, discharges);
  if (best === undefined) return 'not discharged';
  const end = lastSecond(best);
  return Number.isFinite(end) ? `discharged until ${formatTime(end * 1000)}` : 'discharged without an end';
}
