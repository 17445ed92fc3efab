import { appList, type CommandResult } from '../commands/result/result.js';
import { isSweeping, scopeWords } from '../commands/selection/scope.js';
import { ActionError } from '../errors.js';
import type { Files } from '../files/files.js';
import { endOfAll } from '../macaroon/bundle.js';
import { longestJobMs } from './access/job.js';
import { type Opening, openSession } from './access/open-session.js';
import { narrowedLines, tellChanges } from './access/session-changes.js';
import type { StepAccess } from './access/step-access.js';
import { wantsLess } from './inputs/contradictions.js';
import { isDefault } from './inputs/table.js';
import { keptTwice } from './owed/kept-twice.js';
import { wholeCopies } from './owed/owed-copies.js';
import { describeBundle, usableWords } from './report/describe-token.js';
import { STATE } from './runner/environment.js';
import { narrow } from './step/narrow.js';
import { removeStale } from './step/stale-sessions.js';
import type { Step } from './step/step.js';

/** Opens the job's session: acquires missing discharges, describes the token, and leaves all to later steps. Throws an `input` error without RUNNER_TEMP. */
export async function auth(step: Step): Promise<CommandResult> {
  const { access, connection, log, job } = step;
  const { token } = connection;
  const files = filesOf(step);
  await token.header();
  job.begin(step);

  const described = describeBundle(token.bundle);
  const { lifetime = access.lifetime, words } = await narrow(step, openingOf(step, files).scope.apps);
  const narrowed = [...new Set([...(access.narrowed ?? []), ...words])];
  log.startGroup('The token');
  for (const line of [...described, ...narrowedLines(narrowed, lifetime)]) log.info(line);
  log.endGroup();

  // Nothing is written where the token, as it is now, can't be used.
  const header = await token.header();
  const { tokenEnd = endOfAll(access.bundle.permissions) } = access;
  const opening = openingOf(step, files, { bundle: token.bundle, lifetime, narrowed, tokenEnd });
  commit(opening, step);
  removeStale(step, files);

  tellChanges(opening, narrowed, log);
  warnOfCopies(step, files);
  exportToken(header, step);
  return resultOf(opening, step);
}

function filesOf({ files }: Step): Files {
  if (files !== undefined) return files;
  throw new ActionError('input', 'RUNNER_TEMP is not set, so there is no place for a session', {
    hint: '`auth` works in a GitHub runner only; elsewhere set `token` in each step.',
  });
}

/** Plans the session anew each time: all this takes its time, and another step may run beside this one. */
function openingOf(
  { access, connection, job, env }: Step,
  files: Files,
  changes: Partial<StepAccess> = {},
): Opening {
  return openSession(job.owner(files), {
    access: { ...access, discharges: connection.token.discharges, ...changes },
    sessions: job.survey(files).sessions,
    mark: { job: job.words, until: connection.now() + longestJobMs(env) },
  });
}

/** Writes the session, and before it the state by which this step's post closes it. */
function commit(opening: Opening, step: Step): void {
  // Without a place for state, the step has warned already.
  if (!opening.joined && step.runner.lost?.('GITHUB_STATE') === undefined)
    keptTwice(step).saveState(STATE.session, opening.name);
  opening.commit();
}

/** Warns of tokens that `restore` has kept whole, where this step asks for a session that may do less than the token, or not for as long. */
function warnOfCopies({ inputs, job, log }: Step, files: Files): void {
  const isShorter = inputs['max-lifetime'] !== 0 && !isDefault('max-lifetime', inputs);
  const owed = wantsLess(inputs) || isShorter ? wholeCopies(job, files) : undefined;
  if (owed !== undefined) log.warning(owed);
}

function exportToken(header: string, { inputs, log, runner }: Step): void {
  if (inputs['export-token'] === 'false') return;
  log.mask(header);
  runner.setOutput('token', header);
  if (inputs['export-token'] === 'env') runner.exportVariable('FLY_API_TOKEN', header);
}

function resultOf({ joined }: Opening, { access: { scope }, connection: { token } }: Step): CommandResult {
  const until = usableWords(token.usableUntil(), token.bundle);
  const apps = isSweeping(scope) || scope.apps.length === 0 ? scopeWords(scope) : appList(scope.apps);
  const line = `session ${joined ? 'joined' : 'opened'} for ${apps}, ${until}`;
  return { apps: scope.apps, machines: [], failures: [], notices: [], warnings: [], line };
}
