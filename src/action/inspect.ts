import { askFly, UNASKED } from '../commands/ask-fly.js';
import { caveatSets } from '../commands/caveat-sets.js';
import { inspectToken } from '../commands/inspect.js';
import type { May } from '../commands/may.js';
import { NEEDS } from '../commands/needs.js';
import type { CommandResult } from '../commands/result.js';
import { isSweeping } from '../commands/scope.js';
import type { TokenReport } from '../commands/token-report.js';
import { type ActionError, asActionError } from '../errors.js';
import { formatTime } from '../text.js';
import type { Step } from './step.js';
import { tellReport, whereWords } from './token-lines.js';

/** Says what the token is and what it may do. Discharges that are missing are acquired; that one is refused is part of the answer. */
export async function inspect(step: Step): Promise<CommandResult> {
  const { access, connection, deadline, log } = step;
  const { session, client, now } = connection;
  let header: string | undefined;
  let unusable: ActionError | undefined;
  try {
    header = await session.header();
  } catch (thrown) {
    unusable = asActionError(thrown);
    if (unusable.class === 'cancelled' || unusable.class === 'internal') throw unusable;
  }
  const [only, ...others] = access.apps;
  const app = others.length > 0 || isSweeping(access) ? undefined : only;
  const inspected = {
    bundle: session.bundle,
    failureOf: (ticket: Parameters<typeof session.failureOf>[0]) => session.failureOf(ticket),
    now: now(),
    usableUntil: header === undefined ? undefined : session.usableUntil(),
    app,
    sessionEnd: access.lifetime?.end,
  };
  const answer =
    header === undefined || app === undefined
      ? UNASKED
      : await askFly(
          client,
          { app, header, tokens: caveatSets(inspected), now: Math.floor(inspected.now / 1000) },
          deadline.signal,
        );
  const report = inspectToken(inspected, answer);
  tellReport(report, log);
  const why = unusable === undefined ? [] : [unusable.line.replaceAll('<app>', app ?? '<app>')];
  const told = { ...report, warnings: [...why, ...report.warnings] };
  return {
    apps: access.apps,
    machines: [],
    failures: [],
    notices: [],
    warnings: told.warnings,
    line: lineOf(told, inspected.usableUntil),
    report: told,
  };
}

function lineOf(report: TokenReport, usableUntil: number | undefined): string {
  const of = (verdict: May['verdict']) =>
    Object.keys(NEEDS).filter((name) => report.verdicts[name]?.verdict === verdict);
  const [yes, no, open] = [of('yes'), of('no'), of('fly must say')];
  const isAll = no.length + open.length === 0;
  const until =
    usableUntil === undefined
      ? 'not usable now'
      : Number.isFinite(usableUntil)
        ? `usable until ${formatTime(usableUntil)} and refreshed before`
        : 'usable without an end';
  const parts = [
    ...(yes.length > 0 ? [`may ${isAll ? 'run every command' : yes.join(', ')}`] : []),
    ...(no.length > 0
      ? [`may not ${yes.length + open.length === 0 ? 'run any command' : no.join(', ')}`]
      : []),
    ...(open.length > 0 ? [`Fly must say whether ${open.join(', ')}`] : []),
  ];
  return `token ${until}; ${whereWords(report)} it ${parts.join('; ')}`;
}
