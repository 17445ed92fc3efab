import { parseCredential } from '../discharge/origins.js';
import { parseApiUrl } from './api-url.js';
import { COMMAND_NAMES, type CommandName } from './commands.js';
import {
  boolean,
  duration,
  filter,
  list,
  matching,
  oneOf,
  type Parser,
  unless,
  wholeNumber,
} from './parsers.js';

interface InputRow {
  /** As action.yml declares it; never empty, so that an empty value is one that was given. */
  readonly default: string;
  readonly parse: Parser<unknown>;
  readonly reads: readonly CommandName[];
  /** Whether a value that is given but empty must not count as not given: it directs or narrows the work. */
  readonly strict: boolean;
  /** What, in which form, with an example: for action.yml and the README. */
  readonly help: string;
}

const ALL = COMMAND_NAMES;
const SELECTING: readonly CommandName[] = ['list', 'start', 'stop'];
const CHANGING: readonly CommandName[] = ['start', 'stop'];
const HOUR_MS = 3_600_000;

/** The name of one app. */
export const appName = matching(
  /^[a-z0-9][a-z0-9-]{0,62}$/i,
  'an app name (patterns with `*` are not supported yet)',
);
const word = matching(/^[^\s:]{1,128}$/, 'a single word');
const pair = matching(/^[^=\s]+=.*$/, 'of the form `key=value`');
const nameOrPair = matching(/^[^\s=]+(=.*)?$/, 'an id, a name or `key=value`');
/** Checked here and kept as a line, since the session holds it as one. */
const credentialLine: Parser<string> = (line) => {
  parseCredential(line);
  return line;
};
const state = oneOf(
  ...[
    'created',
    'creating',
    'starting',
    'started',
    'stopping',
    'stopped',
    'suspending',
    'suspended',
    'restarting',
  ],
  ...['updating', 'replacing', 'replaced', 'migrated', 'destroying', 'destroyed', 'failed', 'launch_failed'],
);

/** The signals that Fly's API takes. */
const STOP_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const;

/**
 * Every input: its default, who reads it, how, and what people are told of it. The action.yml files and the
 * README's tables are generated from here (`npm run generate`).
 */
export const INPUTS = {
  token: {
    default: 'auto',
    parse: unless('auto', (text) => text),
    reads: ALL,
    strict: true,
    help: "Fly token, as `fly tokens create deploy` prints it. `auto`: the job's session, else the environment's `FLY_ACCESS_TOKEN`, else `FLY_API_TOKEN`.",
  },
  app: {
    default: 'auto',
    parse: unless('auto', filter(appName)),
    reads: ALL,
    strict: true,
    help: "App name or names. `auto`: the session's, else the environment's `FLY_APP`, else `app` in the workspace's `fly.toml`.",
  },
  machines: {
    default: 'auto',
    parse: (text: string): 'auto' | 'all' | string[] =>
      text === 'auto' || text === 'all' ? text : list(word)(text),
    reads: SELECTING,
    strict: true,
    help: 'Ids or names (`[]` selects nothing), or `all`. `auto`: everything for `list`; the commands that change something need this or a filter.',
  },
  region: {
    default: 'any',
    parse: unless('any', filter(word)),
    reads: SELECTING,
    strict: true,
    help: 'Only machines in one of these regions, such as `fra, iad`.',
  },
  'process-group': {
    default: 'any',
    parse: unless('any', filter(word)),
    reads: SELECTING,
    strict: true,
    help: 'Only machines of one of these process groups, such as `worker`.',
  },
  state: {
    default: 'any',
    parse: unless('any', filter(state)),
    reads: SELECTING,
    strict: true,
    help: 'Only machines in one of these states, such as `started`.',
  },
  metadata: {
    default: 'any',
    parse: unless('any', filter(pair)),
    reads: SELECTING,
    strict: true,
    help: 'Only machines with all of this metadata; `key=value` lines.',
  },
  exclude: {
    default: 'none',
    parse: unless('none', filter(nameOrPair)),
    reads: SELECTING,
    strict: true,
    help: 'Machines to leave alone, whatever else is said: ids, names or `key=value` metadata.',
  },
  limit: {
    default: 'none',
    parse: unless('none', wholeNumber(1, 100_000)),
    reads: CHANGING,
    strict: true,
    help: 'Change at most so many machines, in the order of their ids.',
  },
  'allow-empty': {
    default: 'false',
    parse: boolean,
    reads: SELECTING,
    strict: false,
    help: '`true`: an id, name, group, region or metadata that no machine has is no error.',
  },
  wait: {
    default: 'true',
    parse: boolean,
    reads: CHANGING,
    strict: false,
    help: '`true`: until the new state is read back; `false`: until Fly has taken the request on.',
  },
  timeout: {
    default: 'auto',
    parse: unless('auto', duration(1000, 24 * HOUR_MS)),
    reads: ALL,
    strict: false,
    help: 'Deadline of the whole step: a duration such as `90s` or `1h30m`, or seconds. `auto`: 5 minutes, or the longest kill timeout and a minute.',
  },
  signal: {
    default: 'auto',
    parse: unless('auto', oneOf(...STOP_SIGNALS)),
    reads: ['stop'],
    strict: false,
    help: "Signal to stop with, such as `SIGTERM`. `auto`: the machine's own.",
  },
  'kill-timeout': {
    default: 'auto',
    parse: unless('auto', duration(0, 24 * HOUR_MS)),
    reads: ['stop'],
    strict: false,
    help: "Time between the signal and SIGKILL, such as `30s`. `auto`: the machine's own.",
  },
  'max-concurrent': {
    default: '20',
    parse: wholeNumber(1, 500),
    reads: CHANGING,
    strict: false,
    help: 'Requests that change something, in flight at once; waiting holds no place.',
  },
  'on-failure': {
    default: 'fail',
    parse: oneOf('fail', 'warn'),
    reads: SELECTING,
    strict: false,
    help: '`fail`: try all, then fail the step if any failed; `warn`: only annotate (never for input, token and permission errors).',
  },
  'dry-run': {
    default: 'false',
    parse: boolean,
    reads: CHANGING,
    strict: true,
    help: '`true`: go all the way up to the first change and show what would be done.',
  },
  'refresh-before': {
    default: '2m',
    parse: duration(0, 24 * HOUR_MS),
    reads: ALL,
    strict: false,
    help: "Refresh a discharge that has less than this left (at most half of its life); a duration. The session's, where it was set there.",
  },
  'third-party-credentials': {
    default: 'none',
    // Not split at commas, which a value may hold.
    parse: unless('none', list(credentialLine, /\n/)),
    reads: ALL,
    strict: false,
    help: 'Credentials for third parties of your own, lines `https://host: value`; sent to that exact origin only, as Bearer where the value is one word.',
  },
  'export-token': {
    default: 'false',
    parse: oneOf('false', 'output', 'env'),
    reads: ['auth'],
    strict: false,
    help: '`output`: the token and its discharges as the output `token`; `env`: also as `FLY_API_TOKEN` for later steps. A copy as of now that is not refreshed.',
  },
  summary: {
    default: 'auto',
    parse: oneOf('auto', 'true', 'false'),
    reads: ALL,
    strict: false,
    help: 'Whether to write the job summary. `auto`: when something changed or failed.',
  },
  'api-url': {
    default: 'auto',
    parse: unless('auto', parseApiUrl),
    reads: ALL,
    strict: false,
    help: "Address of the Machines API. `auto`: the session's, else the environment's `FLY_FLAPS_BASE_URL`, else `https://api.machines.dev`.",
  },
} as const satisfies Record<string, InputRow>;

/** Name of an input, as in action.yml. */
export type InputName = keyof typeof INPUTS;

/** All inputs, in the table's order. */
// Object.keys forgets that the keys are the table's own.
export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];

/** The values of all inputs; those that a command doesn't read have their defaults. */
export type Inputs = { readonly [N in InputName]: ReturnType<(typeof INPUTS)[N]['parse']> };

/** The inputs that a command reads, in the table's order. */
export function inputsOf(command: CommandName): InputName[] {
  return INPUT_NAMES.filter((name) => (INPUTS[name].reads as readonly CommandName[]).includes(command));
}
