import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { isToThirdParty, partsOf } from './secrets.js';

/** Length of the shortest secret that is masked, in characters, as the documentation has it. */
const SHORTEST = 16;

/** Looks at what each request was authorized with: the log must mask it, and a third party must not see Fly's tokens. */
export const masked: Check = {
  name: 'secrets masked and kept',
  promise:
    'Each process masks whatever it authorizes requests with; no token of Fly goes to a third party, and no credential of a third party to Fly.',
  look(view, report) {
    for (const run of view.history.runs) lookAt(run, view, report);
  },
};

function lookAt(run: ProcessRun, view: View, report: Report): void {
  const sent = view.sentBy(run);
  if (sent.length === 0) return;
  const masks = new Set(run.masks);
  const known = new Set<string>();
  for (const { exchange } of sent) {
    const { headers, path, body } = exchange.request;
    const where = { run: run.id, time: exchange.at };
    const header = headers['authorization'] ?? '';
    const isThird = isToThirdParty(exchange);
    // OAuth tokens and credentials may go there, macaroons never.
    if (isThird && (header.includes('fm2_') || header.includes('fm1') || body.includes('fm2_')))
      report.found('a token of Fly went to a third party', where);
    if (path.includes('fm2_')) report.found('a token stands in the address of a request', where);
    // GitHub's own token for OIDC tokens is masked by the runner.
    if (header === '' || known.has(header) || path.startsWith('/github/')) continue;
    known.add(header);
    report.seen();
    const bare = partsOf(header).find((it) => it.length >= SHORTEST && !masks.has(it));
    if (bare !== undefined) report.found('what a request was authorized with is not masked', where);
  }
}
