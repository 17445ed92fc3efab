import type { UnixMs } from '../../clock.js';
import { KINDS } from '../../macaroon/token-kind.js';
import type { PermissionReport, TokenReport } from '../../permissions/report-shape.js';
import { formatDuration } from '../../text.js';
import {
  appsWords,
  organizationWords,
  otherLines,
  partyWords,
  verdictGroups,
  whereWords,
} from '../report/token-lines.js';
import { lifeBar } from './life-bar.js';
import type { Page } from './page.js';
import { code, plain, rich } from './rich-text.js';
import { column } from './table.js';

const MOST_ROWS = 300;
const REST = '; all are in the output `report`.';
const BOUNDS = { most: MOST_ROWS, rest: REST };
const ICONS = { yes: '🟢 yes', no: '🔴 no', 'fly must say': '⚪ Fly must say' } as const;

/** Adds a token's report: what it may do, whose it is and until when, and folded its third parties and caveats. */
export function addToken(page: Page, report: TokenReport, now: UnixMs): void {
  const { tokens, warnings, named } = report;
  const whose = ({ uuid }: PermissionReport) => (tokens.length > 1 ? code(uuid.slice(0, 8)) : '');
  page.add(...warnings.map((it) => `- 🟡 ${rich(it)}`));
  page.add(`<b>What it may do ${plain(whereWords(report))}</b>`);
  page.table(
    verdictGroups(report),
    [
      column('May it?', ({ may }) => ICONS[may.verdict]),
      column('Command', ({ names }) => names.map(code).join(' ')),
      column('Because', ({ may }) => plain(may.reason)),
    ],
    BOUNDS,
  );
  page.table(
    tokens,
    [
      column('Permission token', ({ uuid, kind }) => `${plain(KINDS[kind])}<br>${code(uuid)}`),
      column('It may', ({ may }) => plain(may.join('; '))),
      column('End', (it) => endCell(it, now)),
    ],
    BOUNDS,
  );
  page.table(
    named,
    [
      column('Fly knows it as of', (it) => plain(organizationWords(it))),
      column('Apps', (it) => plain(appsWords(it))),
      column('Only from machine', (it) => code(it.only_from_machine ?? '')),
    ],
    BOUNDS,
  );
  const parties = tokens.flatMap((token) => token.third_parties.map((its) => ({ token, its })));
  page.table(
    parties,
    [
      column('Third party', ({ its }) => plain(its.location)),
      column('State', ({ its }) => plain(partyWords(its))),
      column('Token', ({ token }) => whose(token)),
    ],
    BOUNDS,
  );
  page.add(...otherLines(report).map((it) => `- ${plain(it)}`));
  const caveats = tokens.flatMap((token) => token.caveats.map((its) => ({ token, its })));
  if (caveats.length === 0) return;
  page.fold('Caveats, in words and as Fly writes them', () =>
    page.table(
      caveats,
      [
        column('Caveat', ({ its }) => plain(its.words)),
        column('As JSON', ({ its: { json } }) => (json === null ? 'too long' : code(JSON.stringify(json)))),
        column('Token', ({ token }) => whose(token)),
      ],
      BOUNDS,
    ),
  );
}

/** Says how long a token lasts still, with a bar where its begin is known: `9 d left of 365 d`, and its end. */
function endCell({ ends, caveats }: PermissionReport, now: UnixMs): string {
  if (ends === null) return 'never';
  // Years have more than four digits where no end is meant.
  const end = Date.parse(ends);
  const left = end - now;
  const bar = lifeBar(caveats, { end, now });
  return `${left > 0 ? `in ${formatDuration(left)}` : 'over'}${bar === '' ? '' : `<br>${bar}`}<br>${plain(ends)}`;
}
