import { tellReport } from '../../../../src/action/report/token-lines.js';
import { addToken } from '../../../../src/action/summary/token-section.js';
import { parseBundle, tokenText } from '../../../../src/macaroon/bundle.js';
import type { Caveat } from '../../../../src/macaroon/caveats.js';
import { UNASKED } from '../../../../src/permissions/fly-answer.js';
import { reportJson } from '../../../../src/permissions/report-json.js';
import type { TokenReport } from '../../../../src/permissions/report-shape.js';
import { tokenReport } from '../../../../src/permissions/token-report.js';
import { fakeLog } from '../../../support/fakes/fake-shell.js';
import { cellsOf, pageOf, rowsOf } from '../../../support/pages.js';
import { discharge, permission, ticketIn, window, withThirdParty } from '../../../support/tokens/tokens.js';

/** Breaks out of a table, a line and a workflow command, wherever it gets through. */
const HOSTILE = '| </td>\n::error::x\r##[error]`<img src=x>';
const NOW = 1_000_000;

function reportOf(text: string): TokenReport {
  const bundle = parseBundle(text);
  const inspected = { bundle, failureOf: () => undefined, now: NOW, usableUntil: undefined, app: 'my-app' };
  return tokenReport({ ...inspected, originalEnd: undefined }, UNASKED);
}

const sectionOf = (report: TokenReport, now = NOW) => pageOf((page) => addToken(page, report, now));
const named = (name: string): Caveat => ({ name: 'Machines', body: { machines: new Map([[name, 31]]) } });

describe('when a report is shown', () => {
  it('is safe in a log and a table, whatever the caveats and third parties are named', () => {
    const macaroon = withThirdParty(permission(named(HOSTILE)), `https://x.test/${HOSTILE}`);
    const report = reportOf(tokenText(macaroon));
    const tables = sectionOf(report);
    expect(tables).not.toMatch(/<img|\n::|^::|##\[|\r|`/m);
    const widths = tables
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split(' | ').length);
    expect(Math.max(...widths)).toBe(3);
    expect(tables).toContain('&#96;');
    // The log makes each line safe by itself; here nothing may have been split into lines before.
    const log = fakeLog();
    tellReport(report, log);
    expect(log.said('info').some((line) => line.includes(HOSTILE))).toBe(true);
  });

  it('says of an end beyond the year 9999 how far it is, and not that it is over', () => {
    const markdown = sectionOf(reportOf(tokenText(permission(window(0, 400_000_000_000)))));
    expect(markdown).not.toContain('over');
    expect(markdown).toMatch(/in 4629629 d/);
  });

  it('tells tokens, caveats and third parties apart where there are several', () => {
    const [one, other] = [permission(named('m1')), withThirdParty(permission(window(0, 500)))];
    const third = discharge(ticketIn(other), { name: 'Action', body: 1 });
    const report = reportOf([one, other, third].map(tokenText).join(','));
    const [first, second] = report.tokens.map(({ uuid }) => `<code>${uuid.slice(0, 8)}</code>`);
    const markdown = sectionOf(report);
    const rows = rowsOf(markdown).map(cellsOf);
    expect(rows).toContainEqual(['Caveat', 'As JSON', 'Token']);
    expect(rows.filter(([words]) => words?.startsWith('only machine m1')).map((row) => row[2])).toEqual([
      first,
    ]);
    const [party, ...others] = rows.filter(([location]) => location?.startsWith('https'));
    expect(others).toEqual([]);
    expect(party?.[1]).toMatch(/^discharged/);
    expect(party?.[2]).toBe(second);
    expect(report.tokens[1]?.third_parties[0]?.caveats).toEqual([
      { words: 'only read', json: { type: 'Action', body: 'r' } },
    ]);
  });

  it('takes the restrictions of a discharge for its token, and its end for no matter', () => {
    const token = withThirdParty(permission());
    const readOnly = discharge(ticketIn(token), { name: 'Action', body: 1 }, window(0, 1_100));
    const over = discharge(ticketIn(token), window(0, 900));
    const verdictsOf = (third: typeof over) =>
      reportOf([token, third].map(tokenText).join(',')).verdicts['stop'];
    expect(verdictsOf(readOnly)).toEqual({ verdict: 'no', reason: 'because of “only read” (Action)' });
    expect(verdictsOf(over)?.reason).toMatch(/only with a discharge/);
  });

  it('stays within what GitHub takes', () => {
    const words = '|'.repeat(900);
    const report = reportOf(tokenText(permission(named('m1'))));
    const caveats = Array.from({ length: 50 }, () => ({ words, json: { type: 'x', body: words } }));
    const tokens = Array.from({ length: 8 }, () => report.tokens.map((it) => ({ ...it, caveats })));
    const markdown = sectionOf({ ...report, tokens: tokens.flat() });
    expect(Buffer.byteLength(markdown)).toBeLessThan(1_000_000);
    expect(markdown).toMatch(/\n…and \d+ more; all are in the output `report`\.\n/);
  });

  it('counts what would make it too large', () => {
    const report = reportOf(tokenText(permission(named('m1'), named('m2'))));
    const whole = reportJson(report);
    const shorter: TokenReport = JSON.parse(reportJson(report, whole.length - 1));
    expect(shorter.tokens).toMatchObject([{ caveats: [], more_caveats: 2 }]);
    const shortest: TokenReport = JSON.parse(reportJson(report, JSON.stringify(shorter).length - 1));
    expect(shortest).toMatchObject({ tokens: [], more_tokens: 1, verdicts: report.verdicts });
    expect(reportJson(report, 10)).toBe('');
  });
});
