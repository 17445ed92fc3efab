import type { TokenReport } from './report-shape.js';

/** What a step's other outputs need stays free: GitHub takes 1 MB of all together. In UTF-16 units. */
const MOST = 200_000;

/** A report as JSON: what would make it too large (a token that somebody has built for that) is counted instead of told. */
export function reportJson(report: TokenReport, most = MOST): string {
  const without = report.tokens.map((it) => ({
    ...it,
    caveats: [],
    more_caveats: it.caveats.length + it.more_caveats,
    third_parties: it.third_parties.map((party) => ({ ...party, caveats: [] })),
  }));
  const uncounted = { ...report, tokens: [], more_tokens: report.tokens.length + report.more_tokens };
  const forms = [
    report,
    { ...report, tokens: without },
    uncounted,
    { ...uncounted, warnings: [], unreadable: [] },
  ];
  const texts = forms.map((form) => () => JSON.stringify(form));
  for (const text of texts) {
    const json = text();
    if (json.length <= most) return json;
  }
  return '';
}
