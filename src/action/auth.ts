import { appList, type CommandResult } from '../commands/result.js';
import { isSweeping } from '../commands/scope.js';
import { findSessions } from '../discharge/session-file.js';
import { ActionError } from '../errors.js';
import { formatTime } from '../text.js';
import { STATE } from './commands.js';
import { describeBundle } from './describe-token.js';
import { type Opening, openSession } from './open-session.js';
import { scopeWords } from './scope-of.js';
import type { Step } from './step.js';

/** Opens the job's session: acquires what discharges are missing, says what the token is, and leaves all to later steps. */
export async function auth({ access, connection, inputs, temp, log, runner }: Step): Promise<CommandResult> {
  if (temp === undefined) {
    throw new ActionError('input', 'RUNNER_TEMP is not set, so there is no place for a session', {
      hint: '`auth` works in a GitHub runner only; elsewhere give `token` to each step.',
    });
  }
  const { session } = connection;
  const header = await session.header();
  log.startGroup('The token');
  for (const line of describeBundle(session.bundle)) log.info(line);
  log.endGroup();

  // Asked again: the discharges took their time, and another step may run beside this one.
  const opening = openSession(temp, { access, discharges: session.discharges, sessions: findSessions(temp) });
  if (!opening.joined) runner.saveState(STATE.session, opening.name);
  opening.commit();
  if (opening.replaced.length > 0)
    log.notice(`Another token's session covered ${opening.replaced.join(', ')}; this one takes over.`);
  if (opening.turned !== undefined) log.notice(turnedInto(opening.turned));

  if (inputs['export-token'] !== 'false') {
    log.mask(header);
    runner.setOutput('token', header);
  }
  if (inputs['export-token'] === 'env') runner.exportVariable('FLY_API_TOKEN', header);
  const end = session.usableUntil();
  const until =
    end === undefined || !Number.isFinite(end)
      ? 'usable without an end'
      : `usable until ${formatTime(end)} and refreshed before`;
  const apps = isSweeping(access) || access.apps.length === 0 ? scopeWords(access) : appList(access.apps);
  const line = `session ${opening.joined ? 'joined' : 'opened'} for ${apps}, ${until}`;
  return { apps: access.apps, machines: [], failures: [], notices: [], warnings: [], line };
}

/** Adding to a session changes what later steps do that nobody has touched. */
function turnedInto({ from, to }: NonNullable<Opening['turned']>): string {
  const isAnyApp = to.apps.length === 0 && to.org === undefined;
  const now = isAnyApp ? 'the app of FLY_APP or fly.toml' : scopeWords(to);
  return `This token's session was open for ${scopeWords(from)}: later steps without \`app\` are about ${now} from now on.`;
}
