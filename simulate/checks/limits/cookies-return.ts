import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';

/** Longest time in milliseconds that a request may have been on its way when an answer came. */
const ON_ITS_WAY_MS = 50;

/** Looks at the cookies that Fly sets for an app: they lead to the server that knows what the step has changed. */
export const cookiesReturn: Check = {
  name: 'cookies go back',
  promise: 'A step that Fly has given a cookie for an app brings it with each later request for that app.',
  look(view, report) {
    // A post puts back the machines of each step on its own.
    for (const run of view.history.runs) if (run.part === 'main') lookAt(run, view, report);
  },
};

/** Cookie as an answer has set it. */
interface Given {
  readonly pair: string;
  /** Path below which it goes back. */
  readonly path: string;
  readonly at: number;
}

function lookAt(run: ProcessRun, view: View, report: Report): void {
  const given = new Map<string, Given>();
  // An answer that arrives after a later request is no reason for that one.
  for (const { exchange } of view.sentBy(run)) {
    const cookie = cookieIn(exchange);
    const known = cookie === undefined ? undefined : given.get(cookie.path);
    if (cookie !== undefined && (known === undefined || cookie.at < known.at)) given.set(cookie.path, cookie);
  }
  for (const { exchange } of view.sentBy(run)) {
    const { path, headers } = exchange.request;
    const cookie = [...given.values()].find((it) => path.startsWith(`${it.path}/`));
    if (cookie === undefined || exchange.at <= cookie.at + ON_ITS_WAY_MS) continue;
    report.seen();
    if (headers['cookie']?.includes(cookie.pair) === true) continue;
    report.found('a request left the cookie of its app behind', { run: run.id, time: exchange.at });
    return;
  }
}

function cookieIn({ reply, endedAt }: ReturnType<View['sentBy']>[number]['exchange']): Given | undefined {
  const text = 'fault' in reply ? undefined : reply.headers['set-cookie'];
  const [, pair, path] = /^([^;]+); Path=([^;]+)$/.exec(text ?? '') ?? [];
  return pair === undefined || path === undefined ? undefined : { pair, path, at: endedAt };
}
