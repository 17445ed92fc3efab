import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { headOf } from './heads.js';
import { isToThirdParty, partsOf } from './secrets.js';

/** Length of the shortest secret that is masked, in characters, as the documentation has it. */
const SHORTEST = 16;

/** Looks at what each request was authorized with: the logs must mask it, and a third party must not see Fly's tokens. */
export const masked: Check = {
  name: 'secrets masked and kept',
  promise:
    'Each process masks whatever it authorizes requests with, and each step what its post does; no token of Fly goes to a third party, and no credential of a third party to Fly.',
  look(view, report) {
    for (const run of view.history.runs) {
      lookAt(run, view, report);
      if (run.part === 'post') lookAtCopies(run, view, report);
    }
  },
};

/** Looks at the tokens of a post: each was made by a step of its job, where it could have been printed already. */
function lookAtCopies(run: ProcessRun, view: View, report: Report): void {
  const sent = view.sentBy(run).filter(({ exchange }) => !isToThirdParty(exchange));
  const headers = new Set(sent.map(({ exchange }) => exchange.request.headers['authorization'] ?? ''));
  const tokens = new Set([...headers].flatMap(partsOf).filter((it) => headOf(it) !== undefined));
  if (tokens.size === 0) return;
  report.seen();
  const steps = view.history.runs.filter(({ job, part }) => job === run.job && part === 'main');
  const masks = new Set(steps.flatMap((it) => it.masks));
  if ([...tokens].some((it) => !masks.has(it)))
    report.found('the token of a post was masked by no step of its job', { run: run.id });
}

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
