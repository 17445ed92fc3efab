import { KINDS } from '../../macaroon/token-kind.js';
import type { TokenReport } from '../../permissions/report-shape.js';
import { safeMarkdown, shortened } from '../runner/safe-text.js';
import { fittingLines, tableHead, tableRow } from './markdown-table.js';
import {
  appsWords,
  endWords,
  mayWords,
  organizationWords,
  otherLines,
  partyWords,
  verdictGroups,
  whereWords,
} from './token-lines.js';

const LONGEST_TOKEN_CELL = 600;
const MOST_TOKEN_ROWS = 300;
const VERDICT_ICONS = { yes: '🟢', no: '🔴', 'fly must say': '⚪' } as const;

/** Returns the tables of a token's report as lines of markdown: verdicts, permission tokens, caveats, third parties. */
export function tokenTables(report: TokenReport): string[] {
  const { tokens, warnings, named } = report;
  const several = tokens.length > 1;
  const whose = (uuid: string) => (several ? [uuid.slice(0, 8)] : []);
  const head = several ? ['Token'] : [];
  const answers = verdictGroups(report).map(({ names, may }) => [
    names.join(', '),
    `${VERDICT_ICONS[may.verdict]} ${mayWords(may)}`,
  ]);
  const caveats = tokens.flatMap(({ uuid, caveats: its }) =>
    its.map(({ words, json }) => [...whose(uuid), words, json === null ? 'too long' : JSON.stringify(json)]),
  );
  const parties = tokens.flatMap(({ uuid, third_parties: its }) =>
    its.map((it) => [...whose(uuid), it.location, partyWords(it)]),
  );
  const lines = [
    ...(warnings.length === 0 ? [] : [...warnings.map((it) => `- 🟡 ${cell(it)}`), '']),
    ...table([`What it may do ${whereWords(report)}`, ''], answers),
    ...table(
      ['Fly knows it as of organization', 'Apps', 'Only from machine'],
      named.map((it) => [organizationWords(it), appsWords(it), it.only_from_machine ?? '']),
    ),
    ...table(
      ['Permission token', 'Seems to be', 'It may', 'End'],
      tokens.map((it) => [it.uuid, KINDS[it.kind], it.may.join('; '), endWords(it.ends)]),
    ),
    ...table([...head, 'Caveat', 'As JSON'], caveats),
    ...table([...head, 'Third party', 'State'], parties),
    ...otherLines(report).map((it) => `- ${cell(it)}`),
  ];
  const shown = fittingLines(lines);
  return shown.length === lines.length ? shown : [...shown, '', '…and more, too much for a summary'];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_TOKEN_ROWS).map((row) => tableRow(row.map(cell)));
  const more = rows.length > shown.length ? ['', `…and ${rows.length - shown.length} more`] : [];
  return [...tableHead(heads.map(cell)), ...shown, ...more, ''];
}

function cell(text: string): string {
  return safeMarkdown(shortened(text, LONGEST_TOKEN_CELL));
}
