import type { CommandName } from '../../command-table.js';
import { isSweeping, scopeWords } from '../../commands/selection/scope.js';
import type { Deadline } from '../../deadline.js';
import type { Discharge } from '../../discharge/discharges.js';
import { withDischarges } from '../../discharge/job-session.js';
import { foreignText, refusedText, writeSession } from '../../discharge/session-file.js';
import type { ActionError } from '../../errors.js';
import { proxyFor } from '../../http/proxy.js';
import { Withheld } from '../../machines/fate.js';
import { connect } from '../access/connect.js';
import { strayCredentials } from '../access/credentials.js';
import { Job } from '../access/job.js';
import { maskSession } from '../access/mask.js';
import { resolveAccess } from '../access/step-access.js';
import type { Inputs } from '../inputs/table.js';
import { mendedText } from '../inputs/values/read-bundle.js';
import type { Shell, Step } from './step.js';

const NONE = { sessions: [], refused: [], foreign: [] } as const;

/** In a container that the runner only leaves behind, a cancel is heard of by nothing else. */
function jobEnded(): ActionError {
  return new Withheld(
    'cancelled',
    "the job's end has begun: what was changed is being put back, so nothing more is sent",
  );
}

/**
 * Finds out what the step works with and says so on the log's first line. Sends nothing. Throws an `input` error
 * where inputs, session and environment leave a question open.
 */
export function prepareStep(command: CommandName, inputs: Inputs, deadline: Deadline, shell: Shell): Step {
  const { env, runner, log, files, flyToml } = shell;
  const job = new Job(env, runner.lost);
  const survey = files === undefined ? NONE : job.survey(files);
  const { sessions, refused, foreign } = survey;
  for (const { content } of sessions) maskSession(content, log);
  const access = resolveAccess(inputs, { env, ...survey, flyToml, command, job });
  if (refused.length > 0) log.warning(refusedText(refused));
  const { session, bundle, scope, apiUrl, source } = access;
  if (foreign.length > 0 && inputs.token === undefined && session === undefined)
    log.notice(foreignText(foreign));
  const noun = scope.apps.length === 0 ? '' : isSweeping(scope) ? 'apps ' : 'app ';
  const proxy = proxyFor(apiUrl, env);
  const way = proxy === undefined ? '' : ` through ${proxy.name}`;
  log.info(`Token from ${source}, ${noun}${scopeWords(scope)}, host ${apiUrl.host}${way}`);
  if (bundle.mended) log.notice(mendedText(source));
  for (const { position, reason } of bundle.malformed) {
    log.warning(`Part ${position} of the token can't be read (${reason}). It is sent as it came.`);
  }
  if (bundle.unknown.length > 0) {
    const isAlone = bundle.permissions.length + bundle.malformed.length === 0;
    log.warning(
      isAlone
        ? 'The token has none of the shapes that Fly gives out. It is sent as it came.'
        : 'A part of the token has none of the shapes that Fly gives out. It is not sent.',
    );
  }
  for (const text of strayCredentials(inputs['third-party-credentials'] ?? [], bundle)) log.warning(text);
  const save = (discharges: readonly Discharge[]) => {
    // `auth` writes the session itself, once it is sure that it can be used.
    if (command === 'auth' || session === undefined || files === undefined) return;
    writeSession(job.owner(files).files, {
      name: session.name,
      content: withDischarges(session.content, discharges),
    });
  };
  const connection = connect(access, shell, {
    signal: deadline.signal,
    save,
    maxConcurrent: inputs['max-concurrent'],
    mayChange: () => {
      if (files !== undefined && job.hasEnded(files)) throw jobEnded();
    },
  });
  return { ...shell, inputs, access, connection, deadline, job };
}
