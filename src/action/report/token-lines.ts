import { KINDS } from '../../macaroon/token-kind.js';
import type { May } from '../../permissions/may.js';
import type {
  NamesReport,
  PermissionReport,
  ThirdPartyReport,
  TokenReport,
} from '../../permissions/report-shape.js';
import { count, enumerated } from '../../text.js';
import type { Log } from '../runner/log.js';
import { shortened } from '../runner/safe-text.js';

const LONGEST_TOKEN_LINE = 2_000;

/** Logs a whole report in groups: each permission token, the other parts of the token, the verdicts. */
export function tellReport(report: TokenReport, log: Pick<Log, 'info' | 'startGroup' | 'endGroup'>): void {
  const group = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    log.startGroup(shortened(title, LONGEST_TOKEN_LINE));
    for (const line of lines) log.info(shortened(line, LONGEST_TOKEN_LINE));
    log.endGroup();
  };
  group('What Fly knows it as', report.named.map(namesWords));
  for (const token of report.tokens) group(tokenTitle(token), tokenLines(token));
  group('The rest of the token', otherLines(report));
  group(`What it may do ${whereWords(report)}`, verdictLines(report));
}

/** Names the app that the verdicts are about: `on my-app (app 1234)`, `on any app`. */
export function whereWords({ app, app_number: number }: TokenReport): string {
  return app === null ? 'on any app' : `on ${app}${number === null ? '' : ` (app ${number})`}`;
}

/** Puts a verdict into words: `yes`, `yes, only machine m1`, `no, because of …`. */
export function mayWords({ verdict, reason }: May): string {
  const word = verdict === 'fly must say' ? 'Fly must say' : verdict;
  return reason === '' ? word : `${word}, ${verdict === 'fly must say' ? 'since ' : ''}${reason}`;
}

/** Groups commands, and inputs that need more rights, by the words of their verdict. */
export function verdictGroups({ verdicts }: TokenReport): { readonly names: string[]; readonly may: May }[] {
  const groups = new Map<string, { readonly names: string[]; readonly may: May }>();
  for (const [name, may] of Object.entries(verdicts)) {
    const group = groups.get(mayWords(may));
    if (group === undefined) groups.set(mayWords(may), { names: [name], may });
    else group.names.push(name);
  }
  return [...groups.values()];
}

/** Names an organization as Fly does: `My Org (my-org)`. */
export function organizationWords({ organization, org_slug: slug }: NamesReport): string {
  if (organization === '' || slug === '' || organization === slug) return organization || slug;
  return `${organization} (${slug})`;
}

/** Names apps: `a, b and 4 more`. */
export function appsWords({ apps, more_apps: more }: NamesReport): string {
  return more === 0 ? enumerated(apps) : `${apps.join(', ')} and ${more} more`;
}

/** Puts names into words: `apps a, b of organization My Org (my-org), only from machine 148e…`. */
function namesWords(names: NamesReport): string {
  const { apps, only_from_machine: machine } = names;
  const organization = organizationWords(names);
  const its = apps.length === 0 ? '' : `app${apps.length === 1 ? '' : 's'} ${appsWords(names)}`;
  const whose = organization === '' ? '' : `organization ${organization}`;
  const what = its !== '' && whose !== '' ? `${its} of ${whose}` : its + whose;
  return [what, machine === null ? '' : `only from machine ${machine}`].filter(Boolean).join(', ');
}

/** Puts the state of a third party into words: `discharged until …`, `refused: …`. */
export function partyWords({ state, until, reason }: ThirdPartyReport): string {
  if (state === 'discharged')
    return until === null ? 'discharged without an end' : `discharged until ${until}`;
  return reason === '' ? state : `${state}: ${reason}`;
}

/** Puts a token's end into words: `ends 2027-…`, `never ends`. */
export function endWords(ends: string | null): string {
  return ends === null ? 'never ends' : `ends ${ends}`;
}

/** Returns a line for each other kind of part: further permission tokens, unreadable parts, OAuth tokens, unknown parts. */
export function otherLines(report: TokenReport): string[] {
  const { more_tokens: more, oauth_tokens: users, unknown_parts: unknown, unreadable } = report;
  return [
    ...(more > 0 ? [`…and ${count(more, 'more permission token')}`] : []),
    ...unreadable.map(
      ({ position, reason }) => `Part ${position} can't be read (${reason}); it is sent as it came`,
    ),
    ...(users > 0 ? [`${count(users, 'OAuth token')}, which may do whatever its owner may`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'part')} of no known shape`] : []),
  ];
}

function tokenTitle({ uuid, kind }: PermissionReport): string {
  return `Permission token ${uuid}: seems to be ${KINDS[kind]}`;
}

function tokenLines({
  may,
  ends,
  caveats,
  more_caveats: more,
  third_parties: parties,
}: PermissionReport): string[] {
  return [
    `It may ${may.join('; ')}`,
    `It ${endWords(ends)}`,
    ...caveats.map(
      ({ words, json }) => `caveat: ${words}${json === null ? '' : `  ${JSON.stringify(json)}`}`,
    ),
    ...(more > 0 ? [`…and ${count(more, 'more caveat')}`] : []),
    ...parties.flatMap((party) => [
      `third party ${party.location}: ${partyWords(party)}`,
      ...party.caveats.map(({ words }) => `  its discharge: ${words}`),
    ]),
  ];
}

function verdictLines(report: TokenReport): string[] {
  return verdictGroups(report).map(({ names, may }) => `${names.join(', ')}: ${mayWords(may)}`);
}
