import type { CommandName } from '../../command-table.js';
import { isSweeping, scopeWords } from '../../commands/selection/scope.js';
import type { Deadline } from '../../deadline.js';
import type { Discharge } from '../../discharge/discharges.js';
import { withDischarges } from '../../discharge/job-session.js';
import { foreignText, refusedText, type Survey, writeSession } from '../../discharge/session-file.js';
import type { ActionError } from '../../errors.js';
import type { Files } from '../../files/files.js';
import { proxyFor } from '../../http/proxy.js';
import { Withheld } from '../../machines/fate.js';
import { connect } from '../access/connect.js';
import { strayCredentials } from '../access/credentials.js';
import { Job } from '../access/job.js';
import { maskSession } from '../access/mask.js';
import { resolveAccess, type StepAccess } from '../access/step-access.js';
import type { Inputs } from '../inputs/table.js';
import { mendedText } from '../inputs/values/read-bundle.js';
import type { Log } from '../runner/log.js';
import type { Shell, Step } from './step.js';

const NONE = { sessions: [], refused: [], foreign: [] } as const;

/**
 * Settles token, apps and address of a step, says so on the log's first line, and wires up its connection. Sends nothing.
 * Throws an `input` error where inputs, session and environment leave a question open.
 */
export function prepareStep(command: CommandName, inputs: Inputs, deadline: Deadline, shell: Shell): Step {
  const { env, runner, log, files, flyToml } = shell;
  const job = new Job(env, runner.lost);
  const survey = files === undefined ? NONE : job.survey(files);
  for (const { content } of survey.sessions) maskSession(content, log);
  const access = resolveAccess(inputs, { env, ...survey, flyToml, command, job });

  tellFiles(survey, inputs.token !== undefined || access.session !== undefined, log);
  tellAccess(access, shell);
  tellFlaws(access, log);
  for (const text of strayCredentials(inputs['third-party-credentials'] ?? [], access.bundle))
    log.warning(text);

  const connection = connect(access, shell, {
    signal: deadline.signal,
    maxConcurrent: inputs['max-concurrent'],
    save: (discharges) => {
      // `auth` writes the session itself, once it is sure that it can be used.
      if (command !== 'auth') saveDischarges(discharges, access, files && job.owner(files).files);
    },
    mayChange: () => {
      if (files !== undefined && job.hasEnded(files)) throw jobEnded();
    },
  });
  return { ...shell, inputs, access, connection, deadline, job };
}

function tellFiles(
  { refused, foreign }: Pick<Survey, 'refused' | 'foreign'>,
  hasToken: boolean,
  log: Log,
): void {
  if (refused.length > 0) log.warning(refusedText(refused));
  if (foreign.length > 0 && !hasToken) log.notice(foreignText(foreign));
}

function tellAccess({ source, scope, apiUrl }: StepAccess, { env, log }: Shell): void {
  const noun = scope.apps.length === 0 ? '' : isSweeping(scope) ? 'apps ' : 'app ';
  const proxy = proxyFor(apiUrl, env);
  const way = proxy === undefined ? '' : ` through ${proxy.name}`;
  log.info(`Token from ${source}, ${noun}${scopeWords(scope)}, host ${apiUrl.host}${way}`);
}

function tellFlaws({ source, bundle }: StepAccess, log: Log): void {
  if (bundle.mended) log.notice(mendedText(source));
  for (const { position, reason } of bundle.malformed) {
    log.warning(`Part ${position} of the token can't be read (${reason}). It is sent as it came.`);
  }
  if (bundle.unknown.length === 0) return;
  const isAlone = bundle.permissions.length + bundle.malformed.length === 0;
  log.warning(
    isAlone
      ? 'The token has none of the shapes that Fly gives out. It is sent as it came.'
      : 'A part of the token has none of the shapes that Fly gives out. It is not sent.',
  );
}

/** Writes new discharges to the session that the token came from, for later steps. Throws as `writeSession` does. */
function saveDischarges(
  discharges: readonly Discharge[],
  { session }: StepAccess,
  files: Files | undefined,
): void {
  if (session === undefined || files === undefined) return;
  writeSession(files, { name: session.name, content: withDischarges(session.content, discharges) });
}

/** Returns the error of a change after the job's end: in a container that the runner only leaves behind, nothing else tells of a cancel. */
function jobEnded(): ActionError {
  return new Withheld(
    'cancelled',
    "the job's end has begun: its changes are being put back, so nothing more is sent",
  );
}
