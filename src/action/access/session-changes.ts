import { scopeWords } from '../../commands/selection/scope.js';
import type { Lifetime } from '../../discharge/live-token-tools.js';
import { formatDuration, formatTime } from '../../text.js';
import type { Log } from '../runner/log.js';
import type { Opening } from './open-session.js';

/** Returns a line for each way in which the session's copy of the token was narrowed. */
export function narrowedLines(narrowed: readonly string[], lifetime: Lifetime | undefined): string[] {
  const end =
    lifetime && `only until ${formatTime(lifetime.end)} (\`max-lifetime\` ${formatDuration(lifetime.ms)})`;
  return [...narrowed, ...(end === undefined ? [] : [end])].map(
    (words) => `  narrowed for this job: ${words}`,
  );
}

/** Tells what opening or joining a session changes for later steps, which nobody has touched; `narrowed` is how it is from now on. */
export function tellChanges(
  { replaced, turned, narrowedBefore }: Opening,
  narrowed: readonly string[],
  log: Log,
): void {
  const before = narrowedBefore ?? narrowed;
  if (replaced.length > 0)
    log.notice(`Another token's session covered ${replaced.join(', ')}; this one takes over.`);
  if (turned !== undefined) log.notice(turnedInto(turned));
  // The last `auth` decides, but not in silence: steps may rely on what was there before.
  if (before.length > 0 && narrowed.length === 0) log.warning(noLonger(before));
  else if (before.join('\n') !== narrowed.join('\n')) log.notice(narrowedInto(before, narrowed));
}

function narrowedInto(before: readonly string[], narrowed: readonly string[]): string {
  const was = before.length === 0 ? 'not narrowed so far' : `narrowed so far: ${before.join('; ')}`;
  return `This token's session was ${was}. From now on: ${narrowed.join('; ')}.`;
}

function noLonger(before: readonly string[]): string {
  return `The session is no longer narrowed: from now on it may do all that the token may. So far: ${before.join('; ')}. To keep it as it was, set \`scope\` or \`attenuate-with\` again, or leave \`token\` out.`;
}

function turnedInto({ from, to }: NonNullable<Opening['turned']>): string {
  const isAnyApp = to.apps.length === 0 && to.org === undefined;
  const now = isAnyApp ? 'the app of FLY_APP or fly.toml' : scopeWords(to);
  return `This token's session was open for ${scopeWords(from)}: later steps without \`app\` are about ${now} from now on.`;
}
