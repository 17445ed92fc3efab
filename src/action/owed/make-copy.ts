import type { Restorable } from '../../commands/engine/restore-record.js';
import { type SessionContent, toContent } from '../../discharge/job-session.js';
import type { ActionError } from '../../errors.js';
import { endOfAll } from '../../macaroon/bundle.js';
import type { MachineRef } from '../../machines/api/client.js';
import { maskSession } from '../access/mask.js';
import { appNumbers } from '../step/app-numbers.js';
import type { Step } from '../step/step.js';
import { copyEnd, outgrowsHeader, restoreCopy } from './restore-copy.js';

/**
 * Returns a function that makes the copy of a step's token with which its post puts machines back, and masks it. It warns
 * once if a part of the token can't be narrowed. It throws if the number of an app that the copy needs can't be found out.
 */
export function copyMaker(
  step: Step,
): (command: Restorable, machines: readonly MachineRef[]) => Promise<SessionContent> {
  const { access, connection, env, inputs, log, job } = step;
  const { token } = connection;
  const numbers = new Map<string, bigint>();
  let isTold = false;
  return async (command, machines) => {
    const now = await token.serverTime();
    const end = copyEnd(now, env);
    const names = [...new Set(machines.map(({ app }) => app))].sort();
    const isLarge = outgrowsHeader(token.bundle, machines);
    const unknown = isLarge ? names.filter((name) => !numbers.has(name)) : [];
    const found = await appNumbers(step, unknown, unnumbered);
    for (const [index, number] of found.entries()) numbers.set(unknown[index] ?? '', number);
    const apps = isLarge ? names.flatMap((name) => numbers.get(name) ?? []) : undefined;
    const wish = { command, machines, holds: inputs.hold !== undefined, end, apps };
    const { bundle, whole, credentials } = restoreCopy(
      token.bundle,
      access.kept['third-party-credentials'] ?? [],
      wish,
    );
    if (whole !== undefined && !isTold) log.warning(keptWhole(whole));
    isTold = true;
    const isCut = endOfAll(bundle.permissions) === end;
    const lifetime = isCut ? { ms: end - now, end, by: 'restore' as const } : access.lifetime;
    const content = toContent(
      bundle,
      {
        ...access,
        discharges: token.discharges.filter((it) => bundle.discharges.includes(it)),
        scope: { apps: names, org: undefined },
        kept: { ...access.kept, 'third-party-credentials': credentials },
        lifetime,
        narrowed: undefined,
      },
      { job: job.words, until: end, ...(whole !== undefined && { wholeFor: machines.length }) },
    );
    maskSession(content, log);
    return content;
  };
}

function keptWhole(parts: string): string {
  return `${parts} can't be narrowed: until \`restore\` has put the machines back at the job's end, anyone who reads this step's file in RUNNER_TEMP may do all that they allow.`;
}

/** Returns the error for an app of unknown number, whose machines are too many for a header. Nothing has changed yet. */
function unnumbered(app: string, cause: ActionError): ActionError {
  const { message, hint } = cause;
  const less =
    'A step with fewer machines (`limit`, `shard`) needs no number: it names up to some 200 by id.';
  return cause.with({
    message: `\`restore\` can't narrow its copy of the token to the app ${app}, so nothing was changed: ${message}`,
    hint: [hint, less].filter(Boolean).join(' '),
  });
}
