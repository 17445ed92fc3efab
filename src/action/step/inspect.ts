import { WORKING_COMMANDS } from '../../command-table.js';
import { appList, type CommandResult } from '../../commands/result/result.js';
import { type ActionError, asActionError } from '../../errors.js';
import { askFly } from '../../permissions/ask-fly.js';
import { caveatSets } from '../../permissions/caveat-sets.js';
import { UNASKED } from '../../permissions/fly-answer.js';
import type { May } from '../../permissions/may.js';
import type { TokenReport } from '../../permissions/report-shape.js';
import { tokenReport } from '../../permissions/token-report.js';
import { textForApp } from '../../token-command.js';
import { usableWords } from '../report/describe-token.js';
import { tellReport, whereWords } from '../report/token-lines.js';
import { shortened } from '../runner/safe-text.js';
import { oneApp } from './in-context.js';
import type { Step } from './step.js';

const LONGEST_LIMIT = 200;

/** Says what the token is and what it may do. Acquires missing discharges; one that is refused is part of the answer. */
export async function inspect(step: Step): Promise<CommandResult> {
  const { access, connection, deadline, log } = step;
  const { token, client, now } = connection;
  let header: string | undefined;
  let unusable: ActionError | undefined;
  try {
    header = await token.header();
  } catch (thrown) {
    unusable = asActionError(thrown);
    if (unusable.class === 'cancelled' || unusable.class === 'internal') throw unusable;
  }
  const app = oneApp(access);
  const { permissions, users } = token.bundle;
  const inspected = {
    bundle: token.bundle,
    failureOf: (ticket: Parameters<typeof token.failureOf>[0]) => token.failureOf(ticket),
    now: now(),
    app,
    originalEnd: access.tokenEnd,
  };
  const answer =
    header === undefined
      ? UNASKED
      : await askFly(
          client,
          {
            app,
            header,
            tokens: caveatSets(inspected),
            now: Math.floor(inspected.now / 1000),
            isLate: connection.isTimeAsked(),
            current: () => token.header(),
          },
          deadline.signal,
        );
  // Of what has no known shape, no end is known either.
  const isUsable = header !== undefined && answer.accepted !== false && permissions.length + users.length > 0;
  if (answer.untold !== undefined) log.debug(`Fly does not tell what the token is for: ${answer.untold}`);
  const usableUntil = isUsable ? token.usableUntil() : undefined;
  const report = tokenReport({ ...inspected, usableUntil }, answer);
  tellReport(report, log);
  const why = unusable === undefined ? [] : [textForApp(unusable.line, app)];
  const told = { ...report, warnings: [...why, ...report.warnings] };
  return {
    apps: access.scope.apps,
    machines: [],
    failures: [],
    notices: [],
    warnings: told.warnings,
    line: reportLine(
      told,
      answer.accepted === false ? 'not accepted by Fly' : usableWords(usableUntil, token.bundle),
      access.scope.apps,
    ),
    report: told,
    reportedAt: inspected.now,
  };
}

function reportLine(report: TokenReport, usable: string, apps: readonly string[]): string {
  const of = (verdict: May['verdict']) =>
    WORKING_COMMANDS.filter((name) => report.verdicts[name]?.verdict === verdict);
  const [yes, no, open] = [of('yes'), of('no'), of('fly must say')];
  const limits = new Map<string, string[]>();
  for (const name of yes) {
    const { reason = '' } = report.verdicts[name] ?? {};
    const limit = reason.startsWith('only ') ? ` (${shortened(reason, LONGEST_LIMIT)})` : '';
    limits.set(limit, [...(limits.get(limit) ?? []), name]);
  }
  const isAll = no.length + open.length === 0 && limits.size === 1;
  const parts = [
    ...[...limits].map(([limit, names]) => `may ${isAll ? 'run every command' : names.join(', ')}${limit}`),
    ...(no.length > 0
      ? [`may not ${yes.length + open.length === 0 ? 'run any command' : no.join(', ')}`]
      : []),
    ...(open.length > 0 && report.app !== null ? [`Fly must say whether it may ${open.join(', ')}`] : []),
  ];
  const rest = yes.length + no.length === 0 ? '' : ` on ${open.join(', ')}`;
  const it = yes.length + no.length === 0 ? '' : 'it ';
  const several = apps.length > 1 ? ` (of ${appList(apps)})` : '';
  return [
    `token ${usable}`,
    ...(parts.length > 0 ? [`${whereWords(report)} ${it}${parts.join('; ')}`] : []),
    ...(open.length > 0 && report.app === null ? [`set one \`app\`${several} for an answer${rest}`] : []),
  ].join('; ');
}
