import { appList, type CommandResult } from '../commands/result/result.js';
import { isSweeping, scopeWords } from '../commands/selection/scope.js';
import type { Lifetime } from '../discharge/live-token-tools.js';
import { ActionError } from '../errors.js';
import { endOfAll } from '../macaroon/bundle.js';
import { formatDuration, formatTime } from '../text.js';
import { longestJobMs } from './access/job.js';
import { type Opening, openSession } from './access/open-session.js';
import type { StepAccess } from './access/step-access.js';
import { wantsLess } from './inputs/contradictions.js';
import { INPUTS, type Inputs } from './inputs/table.js';
import { keptTwice } from './owed/kept-twice.js';
import { wholeCopies } from './owed/owed-copies.js';
import { describeBundle } from './report/describe-token.js';
import { usableWords } from './report/usable-words.js';
import { STATE } from './runner/environment.js';
import { narrow } from './step/narrow.js';
import { removeStale } from './step/stale-sessions.js';
import type { Step } from './step/step.js';

const LIFETIME = INPUTS['max-lifetime'];

/** Opens the job's session: acquires what discharges are missing, says what the token is, and leaves all to later steps. */
export async function auth(step: Step): Promise<CommandResult> {
  const { access, connection, inputs, files, log, runner, job, env } = step;
  if (files === undefined) {
    throw new ActionError('input', 'RUNNER_TEMP is not set, so there is no place for a session', {
      hint: '`auth` works in a GitHub runner only; elsewhere give `token` to each step.',
    });
  }
  const { token } = connection;
  await token.header();
  job.begin(step);
  const described = describeBundle(token.bundle);
  // Asked anew each time: all this takes its time, and another step may run beside this one.
  const opened = (changes: Partial<StepAccess>) =>
    openSession(job.owner(files), {
      access: { ...access, discharges: token.discharges, ...changes },
      sessions: job.survey(files).sessions,
      mark: { job: job.words, until: connection.now() + longestJobMs(env) },
    });
  const { lifetime = access.lifetime, words } = await narrow(step, opened({}).scope.apps);
  const narrowed = [...new Set([...(access.narrowed ?? []), ...words])];
  log.startGroup('The token');
  for (const line of described) log.info(line);
  for (const line of narrowedLines(narrowed, lifetime)) log.info(`  narrowed for this job: ${line}`);
  log.endGroup();

  // Of what it has become; nothing is written where that can't be used.
  const header = await token.header();
  const { tokenEnd = endOfAll(access.bundle.permissions) } = access;
  const opening = opened({ bundle: token.bundle, lifetime, narrowed, tokenEnd });
  // Without a place for it, the step has warned.
  if (!opening.joined && runner.lost?.('GITHUB_STATE') === undefined)
    keptTwice(step).saveState(STATE.session, opening.name);
  opening.commit();
  removeStale(step, files);
  if (opening.replaced.length > 0)
    log.notice(`Another token's session covered ${opening.replaced.join(', ')}; this one takes over.`);
  if (opening.turned !== undefined) log.notice(turnedInto(opening.turned));
  const before = opening.narrowedBefore ?? narrowed;
  // The last `auth` says what holds, but not in silence: steps may rely on what was there before.
  if (before.length > 0 && narrowed.length === 0) log.warning(noLonger(before));
  else if (before.join('\n') !== narrowed.join('\n')) log.notice(narrowedInto(before, narrowed));

  const owed = narrows(inputs) ? wholeCopies(job, files) : undefined;
  if (owed !== undefined) log.warning(owed);

  if (inputs['export-token'] !== 'false') {
    log.mask(header);
    runner.setOutput('token', header);
  }
  if (inputs['export-token'] === 'env') runner.exportVariable('FLY_API_TOKEN', header);
  const until = usableWords(token.usableUntil(), token.bundle);
  const { scope } = access;
  const apps = isSweeping(scope) || scope.apps.length === 0 ? scopeWords(scope) : appList(scope.apps);
  const line = `session ${opening.joined ? 'joined' : 'opened'} for ${apps}, ${until}`;
  return { apps: scope.apps, machines: [], failures: [], notices: [], warnings: [], line };
}

/** Whether it was asked for a session that may less than the token, or not for as long. */
function narrows(inputs: Inputs): boolean {
  const ms = inputs['max-lifetime'];
  return wantsLess(inputs) || (ms !== 0 && ms !== LIFETIME.parse(LIFETIME.default));
}

function narrowedLines(narrowed: readonly string[], lifetime: Lifetime | undefined): readonly string[] {
  if (lifetime === undefined) return narrowed;
  return [
    ...narrowed,
    `only until ${formatTime(lifetime.end)} (\`max-lifetime\` ${formatDuration(lifetime.ms)})`,
  ];
}

function narrowedInto(before: readonly string[], narrowed: readonly string[]): string {
  const was = before.length === 0 ? 'not narrowed so far' : `narrowed so far: ${before.join('; ')}`;
  return `This token's session was ${was}. From now on: ${narrowed.join('; ')}.`;
}

function noLonger(before: readonly string[]): string {
  return `The session is no longer narrowed: from now on it may do all that the token may. So far: ${before.join('; ')}. Give \`scope\` or \`attenuate-with\` again, or leave \`token\` out, for it to stay as it was.`;
}

/** Adding to a session changes what later steps do that nobody has touched. */
function turnedInto({ from, to }: NonNullable<Opening['turned']>): string {
  const isAnyApp = to.apps.length === 0 && to.org === undefined;
  const now = isAnyApp ? 'the app of FLY_APP or fly.toml' : scopeWords(to);
  return `This token's session was open for ${scopeWords(from)}: later steps without \`app\` are about ${now} from now on.`;
}
