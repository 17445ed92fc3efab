import { parseCredential } from '../discharge/origins.js';
import { ActionError } from '../errors.js';
import { parseCaveats, UnknownType } from '../macaroon/caveat-json.js';
import { CAVEATS, type Caveat } from '../macaroon/caveats.js';
import { SETTLED } from '../machines/goal.js';
import { nearMiss } from './near-miss.js';
import { matching, oneOf, type Parser } from './parsers.js';

/** The name of one app. */
export const appName = matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'an app name');
/** A name, a pattern with `*`, or either behind a `!`. */
export const appPattern = matching(
  /^!?[a-z0-9*][a-z0-9*-]{0,62}$/i,
  'an app name, a pattern such as `staging-*`, or either behind a `!`',
);
/** The slug of an organization. */
export const orgSlug = matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'the slug of an organization');
/** An id, a name, a region or a process group. */
export const word = matching(/^[^\s:]{1,128}$/, 'a single word');
/** Metadata to filter by. */
export const pair = matching(/^[^=\s]+=.*$/, 'of the form `key=value`');
/** What to leave alone. */
export const nameOrPair = matching(/^[^\s=]+(=.*)?$/, 'an id, a name or `key=value`');
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
