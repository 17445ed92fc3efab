import { HOURS, RESERVED } from '../../../commands/marks/mark.js';
import { parseCredential } from '../../../discharge/third-party/origins.js';
import { ActionError, asActionError } from '../../../errors.js';
import { parseHours } from '../../../hours/parse-hours.js';
import { parseCaveats, UnknownType } from '../../../macaroon/caveat-json.js';
import { CAVEATS, type Caveat } from '../../../macaroon/caveats.js';
import { SETTLED } from '../../../machines/machine/states.js';
import { nearMiss } from '../../../near-miss.js';
import { unquoted, unquotedId } from './made-by-yaml.js';
import { matching, oneOf, type Parser } from './parsers.js';

/** Reads the name of one app where no YAML can have made a number of it. */
export const plainAppName = matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'an app name');
/** Reads the name of one app. */
export const appName = unquoted(plainAppName);
/** Reads an app name, a pattern with `*`, or either behind a `!`. */
export const appPattern = unquoted(
  matching(
    /^!?[a-z0-9*][a-z0-9*-]{0,62}$/i,
    'an app name, a pattern such as `staging-*`, or either behind a `!`',
  ),
);
/** Reads the slug of an organization. */
export const orgSlug = unquoted(matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'the slug of an organization'));
const oneWord = matching(/^[^\s:]{1,128}$/, 'a single word');
/** Reads a region or a process group. */
export const word = unquoted(oneWord);
/** Reads the name of a container. */
export const containerName = unquoted(matching(/^[a-z0-9][a-z0-9_.-]{0,127}$/i, 'the name of a container'));
/** Reads the id or name of a machine. */
export const machineWord = unquotedId((text) => {
  if (!text.includes('*')) return oneWord(text);
  throw new ActionError('input', 'has a `*`, but takes whole ids and names', {
    hint: 'Patterns are for `app`; `process-group` and `metadata` choose machines that belong together.',
  });
});
/** Reads metadata to filter by. */
export const pair = matching(/^[^=\s]+=.*$/, 'of the form `key=value`');
const anyMark = matching(/^[a-z0-9-]{1,32}$/, 'a name of 1 to 32 letters a-z, digits and `-`');
/** Reads the name of a mark. */
export const markName = unquoted((text) => {
  if (RESERVED.includes(text))
    throw new ActionError(
      'input',
      `has \`${text}\`, a mark of \`${text === HOURS ? 'hours' : 'stop-idle'}\` itself: choose another name`,
    );
  return anyMark(text);
});
const anyNameOrPair = matching(/^[^\s=]+(=.*)?$/, 'an id, a name or `key=value`');
/** Marks that no id, name or key has, but that people write who expect more of a list than it can do. */
const MARK = /[;*!"'`\u2018\u2019\u201c\u201d\u00ab\u00bb]/;
const unmarked: Parser<string> = (text) => {
  const [mark] = MARK.exec(text) ?? [];
  if (mark === undefined) return text;
  throw new ActionError('input', `has a \`${mark}\`, which no id, name or key of a machine has`, {
    hint: 'It takes whole ids and names and `key=value`, between commas or line breaks, or a JSON array of such; patterns are for `app`.',
  });
};
const nameToExclude = unquotedId(unmarked);
/** Reads an id, a name or metadata to exclude. One that by its form can fit no machine would protect none, and is an error. */
export const nameOrPair: Parser<string> = (text) => {
  const [key = '', ...value] = anyNameOrPair(text).split('=');
  if (value.length === 0) return nameToExclude(key);
  unmarked(key);
  return text;
};
/** Checks a line of `third-party-credentials` and returns it as it is, since the session keeps it as a line. */
export const credentialLine: Parser<string> = (line) => {
  parseCredential(line);
  return line;
};
/** Returns a parser of states; one that is near to none, such as `running`, is told Fly's words. */
function stateOf(...states: readonly string[]): Parser<string> {
  const parse = oneOf(...states);
  return (text) => {
    try {
      return parse(text);
    } catch (thrown) {
      const error = asActionError(thrown);
      throw error.with({
        hint: error.hint ?? 'A machine that runs is `started`, one that is off `stopped`.',
      });
    }
  };
}
/** States in which a machine can be found. */
const STATES = [
  ...['created', 'creating', 'starting', 'started', 'stopping', 'stopped', 'suspending', 'suspended'],
  ...['restarting', 'updating', 'replacing', 'replaced', 'migrated', 'destroying', 'destroyed', 'failed'],
  'launch_failed',
];
const anyState = stateOf(...STATES);
/** Reads a state to filter by. */
export const state: Parser<string> = (text) => {
  if (text === SETTLED) throw new ActionError('input', `has \`${SETTLED}\`, which is for \`wait\` only`);
  return anyState(text);
};
/** Reads a state that `wait` can wait for. */
export const awaitable = stateOf('started', 'stopped', 'suspended', 'destroyed', 'failed', SETTLED);

const COMMON_TYPES =
  'Common ones are `Action`, `Apps`, `Machines`, `Commands`, `ValidityWindow` and `IfPresent`.';

/** Reads the caveats that narrow a token, as JSON in Fly's own form. */
export const caveatsToAdd: Parser<Caveat[]> = (text) => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ActionError('input', 'is not JSON: it takes `{"type": …, "body": …}`, or an array of such');
  }
  try {
    const caveats = parseCaveats(json);
    if (caveats.length > 0) return caveats;
  } catch (error) {
    if (!(error instanceof UnknownType)) throw error;
    const hint = nearMiss(error.type, Object.keys(CAVEATS)) ?? COMMON_TYPES;
    throw new ActionError('input', error.message, { hint });
  }
  throw new ActionError('input', 'is an empty list', { hint: 'Leave it out to add nothing.' });
};

/** Checks hours and returns them as they are, since machines have theirs as text. */
export const hourSpans: Parser<string> = (text) => {
  const read = parseHours(text);
  if ('why' in read) throw new ActionError('input', `can't be read: ${read.why}`);
  return text;
};

/** Names of the signals that Fly's API takes. */
export const STOP_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGKILL',
  'SIGUSR1',
  'SIGUSR2',
  'SIGTERM',
] as const;
