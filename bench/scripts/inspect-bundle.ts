/**
 * Parses, checks and renders a bundle as `inspect` does, again and again in one process, and prints the time of
 * each run.
 */
import { readFileSync } from 'node:fs';
import { tellReport } from '../../src/action/report/token-lines.js';
import { Page } from '../../src/action/summary/page.js';
import { addToken } from '../../src/action/summary/token-section.js';
import { parseBundle, usableUntil } from '../../src/macaroon/bundle.js';
import { UNASKED } from '../../src/permissions/fly-answer.js';
import { reportJson } from '../../src/permissions/report-json.js';
import { tokenReport } from '../../src/permissions/token-report.js';

const [runs = ''] = process.argv.slice(2);
const text = readFileSync(0, 'utf8');
const lines: string[] = [];
const log: Parameters<typeof tellReport>[1] = {
  info: (line) => void lines.push(line),
  startGroup: (line) => void lines.push(line),
  endGroup: () => undefined,
};

const times = Array.from({ length: Number(runs) }, () => {
  const start = performance.now();
  const shown = inspectOnce();
  const ms = performance.now() - start;
  // A report that leaves tokens out would cost nothing.
  if (shown < text.length / 2) throw new Error('The report leaves most of the bundle out.');
  return ms;
});
process.stdout.write(JSON.stringify(times));

/** Returns the number of characters that log, summary and output have together. */
function inspectOnce(): number {
  lines.length = 0;
  const bundle = parseBundle(text);
  const until = usableUntil(bundle);
  const report = tokenReport(
    {
      bundle,
      failureOf: () => undefined,
      now: Date.now(),
      usableUntil: until,
      app: 'my-app',
      originalEnd: undefined,
    },
    { ...UNASKED, numbers: { appId: 1_000_001n, orgId: 4_001n } },
  );
  tellReport(report, log);
  const { verdict } = report.verdicts['stop'] ?? {};
  if (verdict !== 'yes' || report.tokens.length !== 64) throw new Error(`It may not stop: ${verdict}.`);
  const page = new Page();
  addToken(page, report, Date.now());
  return [...lines, page.text, reportJson(report)].join('\n').length;
}
