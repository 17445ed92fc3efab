import { parseCredential } from '../../../discharge/third-party/origins.js';
import { ActionError } from '../../../errors.js';
import { parseCaveats, UnknownType } from '../../../macaroon/caveat-json.js';
import { CAVEATS, type Caveat } from '../../../macaroon/caveats.js';
import { SETTLED } from '../../../machines/machine/states.js';
import { unquoted, unquotedId } from './made-by-yaml.js';
import { nearMiss } from './near-miss.js';
import { matching, oneOf, type Parser } from './parsers.js';

/** The name of one app. */
export const appName = unquoted(matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'an app name'));
/** A name, a pattern with `*`, or either behind a `!`. */
export const appPattern = unquoted(
  matching(
    /^!?[a-z0-9*][a-z0-9*-]{0,62}$/i,
    'an app name, a pattern such as `staging-*`, or either behind a `!`',
  ),
);
/** The slug of an organization. */
export const orgSlug = unquoted(matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'the slug of an organization'));
const oneWord = matching(/^[^\s:]{1,128}$/, 'a single word');
/** A region or a process group. */
export const word = unquoted(oneWord);
/** The id or name of a machine. */
export const machineWord = unquotedId(oneWord);
/** Metadata to filter by. */
export const pair = matching(/^[^=\s]+=.*$/, 'of the form `key=value`');
const anyNameOrPair = matching(/^[^\s=]+(=.*)?$/, 'an id, a name or `key=value`');
/** What no id, name or key has, but people write who expect more of a list than it can do. */
const MARK = /[;*!"'`\u2018\u2019\u201c\u201d\u00ab\u00bb]/;
const unmarked: Parser<string> = (text) => {
  const [mark] = MARK.exec(text) ?? [];
  if (mark === undefined) return text;
  throw new ActionError('input', `has a \`${mark}\`, which no id, name or key of a machine has`, {
    hint: 'It takes whole ids and names and `key=value`, between commas or line breaks, or a JSON array of such; patterns are for `app`.',
  });
};
const nameToExclude = unquotedId(unmarked);
/** What to leave alone. One that fits nothing by its form alone would leave nothing alone. */
export const nameOrPair: Parser<string> = (text) => {
  const [key = '', ...value] = anyNameOrPair(text).split('=');
  if (value.length === 0) return nameToExclude(key);
  unmarked(key);
  return text;
};
/** Checked here and kept as a line, since the session holds it as one. */
export const credentialLine: Parser<string> = (line) => {
  parseCredential(line);
  return line;
};
/** Where a machine can be found. */
const STATES = [
  ...['created', 'creating', 'starting', 'started', 'stopping', 'stopped', 'suspending', 'suspended'],
  ...['restarting', 'updating', 'replacing', 'replaced', 'migrated', 'destroying', 'destroyed', 'failed'],
  'launch_failed',
];
/** A state to filter by. */
export const state: Parser<string> = (text) => {
  if (text === SETTLED) throw new ActionError('input', `has \`${SETTLED}\`, which is for \`wait\` only`);
  return oneOf(...STATES)(text);
};
/** Where Fly can be asked to wait for. */
export const awaitable = oneOf('started', 'stopped', 'suspended', 'destroyed', 'failed', SETTLED);

const COMMON_TYPES =
  'Common ones are `Action`, `Apps`, `Machines`, `Commands`, `ValidityWindow` and `IfPresent`.';

/** What to narrow a token by, as JSON in Fly's own form. */
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
  throw new ActionError('input', 'is a list of nothing', { hint: 'Leave it out to add nothing.' });
};

/** The signals that Fly's API takes. */
export const STOP_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGKILL',
  'SIGUSR1',
  'SIGUSR2',
  'SIGTERM',
] as const;
