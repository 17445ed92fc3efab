import { parseCredential } from '../discharge/origins.js';
import { ActionError } from '../errors.js';
import { SETTLED } from '../machines/goal.js';
import { parseApiUrl } from './api-url.js';
import { commandLine } from './command-line.js';
import { COMMAND_NAMES, type CommandName } from './commands.js';
import { keeps } from './keep-parser.js';
import {
  boolean,
  booleanOr,
  decimal,
  duration,
  filter,
  list,
  matching,
  oneOf,
  type Parser,
  shard,
  unless,
  wholeNumber,
} from './parsers.js';
import { parsePrometheusUrl } from './prometheus-url.js';
import { probeStatus, probeUrl, warmCount } from './warm-parsers.js';

/** What is known of an input. */
export interface InputRow {
  /** As action.yml declares it; never empty, so that an empty value is one that was given. */
  readonly default: string;
  readonly parse: Parser<unknown>;
  readonly reads: readonly CommandName[];
  /** Where a command takes it differently: its own default, help and form. */
  readonly differs?: Partial<Record<CommandName, Pick<InputRow, 'default' | 'parse' | 'help'>>>;
  /** Whether a value that is given but empty must not count as not given: it directs or narrows the work. */
  readonly strict: boolean;
  /** What, in which form, with an example: for action.yml and the README. */
  readonly help: string;
}

const ALL = COMMAND_NAMES;
const SELECTING: readonly CommandName[] = COMMAND_NAMES.filter((name) => name !== 'auth');
const TRANSITION: readonly CommandName[] = ['start', 'stop', 'suspend', 'restart', 'cordon', 'uncordon'];
const CHANGING: readonly CommandName[] = [...TRANSITION, 'exec', 'stop-idle', 'warm-up'];
const IDLE: readonly CommandName[] = ['stop-idle'];
const WARM: readonly CommandName[] = ['warm-up'];
const HOUR_MS = 3_600_000;

/** The name of one app. */
export const appName = matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'an app name');
/** A name, a pattern with `*`, or either behind a `!`. */
const appPattern = matching(
  /^!?[a-z0-9*][a-z0-9*-]{0,62}$/i,
  'an app name, a pattern such as `staging-*`, or either behind a `!`',
);
const orgSlug = matching(/^[a-z0-9][a-z0-9-]{0,62}$/i, 'the slug of an organization');
const word = matching(/^[^\s:]{1,128}$/, 'a single word');
const pair = matching(/^[^=\s]+=.*$/, 'of the form `key=value`');
const nameOrPair = matching(/^[^\s=]+(=.*)?$/, 'an id, a name or `key=value`');
/** Checked here and kept as a line, since the session holds it as one. */
const credentialLine: Parser<string> = (line) => {
  parseCredential(line);
  return line;
};
/** Where a machine can be found. */
const STATES = [
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
];
const state: Parser<string> = (text) => {
  if (text === SETTLED) throw new ActionError('input', `has \`${SETTLED}\`, which is for \`wait\` only`);
  return oneOf(...STATES)(text);
};
/** Where Fly can be asked to wait for. */
const awaitable = oneOf('started', 'stopped', 'suspended', 'destroyed', 'failed', SETTLED);

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
    parse: unless('auto', filter(appPattern)),
    reads: ALL,
    strict: true,
    help: "App name or names; with `org` also patterns and exclusions, such as `staging-*, !staging-billing`. `auto`: the session's, else the environment's `FLY_APP`, else `app` in the workspace's `fly.toml`; with `org`, all of its apps.",
  },
  org: {
    default: 'none',
    parse: unless('none', orgSlug),
    reads: ALL,
    strict: true,
    help: "Slug of the organization whose apps are meant, for patterns and for all of its apps. `none`: the session's, if that has one.",
  },
  machines: {
    default: 'auto',
    parse: (text: string): 'auto' | 'all' | string[] =>
      text === 'auto' || text === 'all' ? text : list(word)(text),
    reads: SELECTING,
    strict: true,
    help: 'Ids or names (`[]` selects nothing), or `all`. `auto`: everything for `list` and `wait`; the commands that change something need this or a filter.',
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
    help: 'Only machines in one of these states, such as `started`. For `wait`: the states to wait for, any of `started`, `stopped`, `suspended`, `destroyed`, `failed` and `settled`, which it is unless told.',
    differs: {
      wait: {
        default: SETTLED,
        parse: filter(awaitable),
        help: 'The states to wait for, any of `started`, `stopped`, `suspended`, `destroyed`, `failed`, and `settled`: at rest, wherever.',
      },
    },
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
    help: 'Change at most so many machines, from 1 to 100000, in the order of their ids.',
  },
  shard: {
    default: 'none',
    parse: unless('none', shard),
    reads: SELECTING,
    strict: true,
    help: 'The share of the machines that is for this job, counted from 0: `2/8`, or `strategy.job-index` and `strategy.job-total` of a matrix with a `/` in between. `limit` holds for each share.',
  },
  'allow-empty': {
    default: 'false',
    parse: boolean,
    reads: SELECTING,
    strict: false,
    help: '`true`: an id, name, group, region, metadata or app pattern that nothing fits is no error.',
  },
  wait: {
    default: 'true',
    parse: booleanOr('checks'),
    reads: [...TRANSITION, ...IDLE],
    strict: false,
    help: '`true`: until the new state is read back; `checks`, for `start` and `restart`: until the configured health checks pass, too; `false`: until Fly has taken the request on.',
  },
  timeout: {
    default: 'auto',
    parse: unless('auto', duration(1000, 24 * HOUR_MS)),
    reads: ALL,
    strict: false,
    help: 'Deadline of the whole step, from 1s to 24h: a duration such as `90s` or `1h30m`; a plain number is seconds. `auto`: 5 minutes, or the longest kill timeout (for `exec`, `exec-timeout`) and a minute, where that is longer.',
  },
  signal: {
    default: 'auto',
    parse: unless('auto', oneOf(...STOP_SIGNALS)),
    reads: ['stop', 'restart'],
    strict: false,
    help: `Signal to stop with: ${STOP_SIGNALS.map((it) => `\`${it}\``).join(', ')}. \`auto\`: the machine's own.`,
  },
  'kill-timeout': {
    default: 'auto',
    parse: unless('auto', duration(0, 24 * HOUR_MS)),
    reads: ['stop', 'restart'],
    strict: false,
    help: "Time between the signal and SIGKILL, up to 24h, such as `30s`; a plain number is seconds. `auto`: the machine's own.",
  },
  fallback: {
    default: 'none',
    parse: oneOf('none', 'stop'),
    reads: ['suspend', ...IDLE],
    strict: false,
    help: '`stop`: stop a machine that Fly refuses to suspend, or that ends up stopped. `none`: such a machine has failed.',
  },
  run: {
    default: 'none',
    parse: unless('none', commandLine),
    reads: ['exec'],
    strict: true,
    help: 'The command to run: a line such as `bin/rails db:migrate`, or a JSON array of arguments. There is no shell in between: for pipes and variables, run `["sh", "-c", "…"]`.',
  },
  'exec-timeout': {
    default: '1m',
    parse: duration(1000, HOUR_MS),
    reads: ['exec'],
    strict: false,
    help: 'How long the command may take in each machine, from 1s to 1h: a duration such as `90s`; a plain number is seconds. How much of that Fly allows is not documented.',
  },
  'idle-for': {
    default: '30m',
    parse: duration(60_000, 7 * 24 * HOUR_MS),
    reads: IDLE,
    strict: true,
    help: 'For how long a machine must have been up, and quiet, to count as idle; a duration from `1m` to 7 days.',
  },
  'idle-signal': {
    default: 'traffic',
    parse: oneOf('traffic', 'network', 'cpu', 'query', 'uptime'),
    reads: IDLE,
    strict: true,
    help: "What tells that a machine is quiet: `traffic` through Fly's proxy, `network` bytes, `cpu` share, a `query` of your own, or `uptime` alone, for machines without services.",
  },
  'idle-threshold': {
    default: 'auto',
    parse: unless('auto', decimal),
    reads: IDLE,
    strict: true,
    help: 'What is still quiet: requests in flight for `traffic` (`auto`: 0), bytes per second for `network` (1000), percent for `cpu` (5), the value of your `query` (0).',
  },
  query: {
    default: 'none',
    parse: unless('none', (text) => text),
    reads: IDLE,
    strict: true,
    help: 'PromQL for `idle-signal: query`, with one value per `instance`; `$app` stands for the name of the app within quotes, `$step` for the distance of two values.',
  },
  keep: {
    default: 'none',
    parse: unless('none', keeps),
    reads: IDLE,
    strict: true,
    help: 'How many machines stay started at least, cordoned and special ones not counted: `1` per app, `region=1` per region, `process-group=1` per process group. With `shard`, among those of each share.',
  },
  'idle-action': {
    default: 'stop',
    parse: oneOf('stop', 'suspend'),
    reads: IDLE,
    strict: false,
    help: 'What is done to an idle machine: `stop` or `suspend`.',
  },
  'prometheus-url': {
    default: 'auto',
    parse: unless('auto', parsePrometheusUrl),
    reads: IDLE,
    strict: false,
    help: "Address of the metrics. `auto`: Fly's, `https://api.fly.io/prometheus/<org>/`; without `org`, the organization of the first app, and of each app that has no series there. Elsewhere only `metrics-token` is sent, never the Fly token.",
  },
  'metrics-token': {
    default: 'auto',
    parse: unless('auto', (text) => text),
    reads: IDLE,
    strict: true,
    help: 'Token for the metrics, as `fly tokens create readonly` prints it. `auto`: the same as for machines.',
  },
  count: {
    default: '1',
    parse: warmCount,
    reads: WARM,
    strict: true,
    help: 'How many machines of each app are to be ready: a number, `all`, or so many per region, such as `fra=2, iad=1`. What is ready already counts.',
  },
  'probe-url': {
    default: 'none',
    parse: unless('none', probeUrl),
    reads: WARM,
    strict: false,
    help: 'A URL of the app that must answer, such as `https://my-app.fly.dev/up`. No token is sent there.',
  },
  'probe-status': {
    default: '200-399',
    parse: probeStatus,
    reads: WARM,
    strict: false,
    help: 'What statuses of the probe are well: one, such as `204`, or a range.',
  },
  'probe-successes': {
    default: '3',
    parse: wholeNumber(1, 100),
    reads: WARM,
    strict: false,
    help: 'How many times in a row the probe must be answered well.',
  },
  hold: {
    default: 'none',
    parse: unless('none', duration(60_000, 7 * 24 * HOUR_MS)),
    reads: ['start', ...WARM],
    strict: false,
    help: 'For how long `stop-idle`, and the `restore` of other jobs, are to leave these machines running, such as `75m`; kept as `keep-alive-until` in their metadata.',
  },
  'max-concurrent': {
    default: '20',
    parse: wholeNumber(1, 500),
    reads: CHANGING,
    strict: false,
    help: 'Requests that change something, in flight at once, from 1 to 500. Waiting holds no place; a command of `exec` holds one for as long as it runs.',
  },
  'on-failure': {
    default: 'fail',
    parse: oneOf('fail', 'warn'),
    reads: SELECTING,
    strict: false,
    help: '`fail`: try all, then fail the step if any failed; `warn`: only annotate (never for input, token and permission errors).',
  },
  'on-lease': {
    default: 'wait',
    parse: oneOf('wait', 'skip', 'fail'),
    reads: [...TRANSITION, ...WARM],
    strict: false,
    help: 'What to do where somebody else, a deploy perhaps, holds a lease on a machine: `wait` until the deadline, `skip` the machine, or `fail`.',
  },
  lease: {
    default: 'false',
    parse: boolean,
    reads: [...TRANSITION, ...WARM],
    strict: false,
    help: '`true`: hold a lease on each machine while it is changed, so that nobody else changes it meanwhile. A token that may not lease gets a warning.',
  },
  restore: {
    default: 'false',
    parse: boolean,
    reads: ['start', 'stop', 'suspend', 'cordon', 'uncordon', ...WARM],
    strict: false,
    help: "`true`: at the job's end put back exactly what this step changed, also after a failure or a cancel.",
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
    help: "Refresh a discharge that has less than this left (at most half of its life): a duration such as `90s`, up to 24h; a plain number is seconds. The session's, where it was set there.",
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
    help: 'Whether to write the job summary. `auto`: when something changed, failed or was left alone, and in a dry run.',
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

/** Default and help of an input as a command declares them. */
export function declared(name: InputName, command: CommandName): Pick<InputRow, 'default' | 'help'> {
  const row: InputRow = INPUTS[name];
  return row.differs?.[command] ?? row;
}
