import { COMMANDS, WORKING_COMMANDS } from '../command-table.js';
import { endOf, ownCaveats, type Ticket, type Token, ticketKey, ticketsOf } from '../macaroon/bundle.js';
import { caveatWords } from '../macaroon/caveat-words.js';
import type { Caveat } from '../macaroon/caveats.js';
import { tokenUuid } from '../macaroon/nonce.js';
import { publicJson } from '../macaroon/public-json.js';
import { tokenScopes } from '../macaroon/scope-words.js';
import { kindOf } from '../macaroon/token-kind.js';
import { MOST_TOKENS } from '../macaroon/verdict.js';
import type { KnownToken } from '../machines/api/client.js';
import { excerpt, formatTime } from '../text.js';
import { caveatSets, dischargeAtHand } from './caveat-sets.js';
import type { FlyAnswer } from './fly-answer.js';
import { Judge } from './may.js';
import { OPTION_NEEDS } from './needs.js';
import type {
  CaveatReport,
  NamesReport,
  PermissionReport,
  ThirdPartyReport,
  TokenReport,
} from './report-shape.js';
import type { ScopedToken, TokenFacts } from './token-facts.js';
import { tokenWarnings } from './token-warnings.js';

/** Largest number of caveats shown; the others are counted, since only a token built to fill a page has more. */
const MOST_CAVEATS = 50;
const CAVEAT_WORDS_UNITS = 1_000;
const LONGEST_JSON = 2_000;
const PARTY_REASON_UNITS = 600;
/** Largest number of tokens that Fly describes, and of apps of each, and length of a name. */
const MOST_KNOWN = 10;
const MOST_APPS = 20;
const NAME_UNITS = 100;

/** Reports all that can be said of a token without showing it. */
export function tokenReport(inspected: TokenFacts, answer: FlyAnswer): TokenReport {
  const { numbers, says, warnings, accepted, known } = answer;
  const { bundle, now, usableUntil, app } = inspected;
  const { permissions, users, unknown, malformed } = bundle;
  const asked = { ...numbers, now: Math.floor(now / 1000), command: 'any' } as const;
  const judge = new Judge(caveatSets(inspected), asked, says);
  const named = { id: numbers.appId, name: app };
  const first = permissions.slice(0, MOST_TOKENS);
  const shown = tokenScopes(first.map(ownCaveats), named).flatMap((scope, index) => {
    const token = first[index];
    return token === undefined ? [] : [{ token, scope }];
  });
  const tokens = shown.map((it) => permissionReport(it, inspected));
  const verdicts = [
    ...WORKING_COMMANDS.map((name) => [name, COMMANDS[name].needs] as const),
    ...Object.entries(OPTION_NEEDS),
  ].map(([name, needs]) => [name, judge.all(needs)] as const);
  return {
    version: 1,
    app: app ?? null,
    app_number: numbers.appId === undefined ? null : `${numbers.appId}`,
    usable_until: usableUntil === undefined ? null : (timeText(usableUntil) ?? 'never'),
    accepted: accepted ?? null,
    named: known.slice(0, MOST_KNOWN).map(namesReport).filter(isTold),
    tokens,
    more_tokens: permissions.length - tokens.length,
    oauth_tokens: users.length,
    unknown_parts: unknown.length,
    unreadable: malformed.slice(0, MOST_TOKENS).map(({ position, reason }) => ({ position, reason })),
    verdicts: Object.fromEntries(verdicts),
    warnings: [...warnings, ...tokenWarnings(inspected, shown, numbers.appId)],
  };
}

/** Makes names from outside fit to be shown. */
function namesReport({ organization, slug, apps, machine }: KnownToken): NamesReport {
  const shown = apps.slice(0, MOST_APPS);
  return {
    organization: nameOf(organization),
    org_slug: nameOf(slug),
    apps: shown.map(nameOf),
    more_apps: apps.length - shown.length,
    only_from_machine: machine === '' ? null : nameOf(machine),
  };
}

function isTold({ organization, org_slug: slug, apps, only_from_machine: machine }: NamesReport): boolean {
  return organization + slug !== '' || apps.length > 0 || machine !== null;
}

function nameOf(name: string): string {
  return cut(excerpt(name), NAME_UNITS);
}

function permissionReport({ token, scope }: ScopedToken, inspected: TokenFacts): PermissionReport {
  const { caveats, nonce } = token.macaroon;
  const { organizations, apps, may } = scope;
  const parties = new Map(ticketsOf(token).map((it) => [ticketKey(it.ticket), it]));
  return {
    uuid: tokenUuid(nonce),
    kind: kindOf(token, inspected.bundle.permissions),
    organizations: organizations.slice(0, MOST_CAVEATS).map(String),
    apps: apps.slice(0, MOST_CAVEATS).map(String),
    may: [...may],
    ...caveatReports(caveats),
    ends: timeText(endOf(token)),
    third_parties: [...parties.values()]
      .slice(0, MOST_CAVEATS)
      .map((it) => partyReport(it, token, inspected)),
  };
}

function caveatReports(caveats: readonly Caveat[]): Pick<PermissionReport, 'caveats' | 'more_caveats'> {
  const shown = caveats.slice(0, MOST_CAVEATS);
  return { caveats: shown.map(caveatReport), more_caveats: caveats.length - shown.length };
}

function caveatReport(caveat: Caveat): CaveatReport {
  const json = publicJson(caveat);
  const isShort = JSON.stringify(json).length <= LONGEST_JSON;
  return { words: cut(caveatWords(caveat), CAVEAT_WORDS_UNITS), json: isShort ? json : null };
}

function partyReport(ticket: Ticket, token: Token, inspected: TokenFacts): ThirdPartyReport {
  const location = cut(ticket.location, CAVEAT_WORDS_UNITS);
  const discharge = dischargeAtHand(ticket, inspected);
  if (discharge !== undefined) {
    const { caveats } = caveatReports(discharge.macaroon.caveats);
    return { location, state: 'discharged', until: timeText(endOf(discharge)), reason: '', caveats };
  }
  const failure = inspected.failureOf(ticket);
  const isRefused = failure?.class === 'third party refused' || failure?.class === 'input';
  const hasEnded = endOf(token) <= inspected.now;
  const told = failure?.story ?? (hasEnded ? 'not asked, since the token has ended' : '');
  const who = `${ticket.location}: `;
  const reason = cut(told.startsWith(who) ? told.slice(who.length) : told, PARTY_REASON_UNITS);
  return { location, state: isRefused ? 'refused' : 'missing', until: null, reason, caveats: [] };
}

function timeText(ms: number): string | null {
  return Number.isFinite(ms) ? formatTime(ms) : null;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
