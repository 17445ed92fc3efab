import type { TokenReport } from './report-shape.js';

/** Longest report, in UTF-16 units: GitHub takes 1 MB for all outputs of a step together, and the others need room. */
const MOST_REPORT_UNITS = 200_000;

/** Writes a report as JSON. Counts the parts that make it too large (by a token built for that); empty if nothing helps. */
export function reportJson(report: TokenReport, most = MOST_REPORT_UNITS): string {
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
    { ...uncounted, named: [], warnings: [], unreadable: [] },
  ];
  const texts = forms.map((form) => () => JSON.stringify(form));
  for (const text of texts) {
    const json = text();
    if (json.length <= most) return json;
  }
  return '';
}
