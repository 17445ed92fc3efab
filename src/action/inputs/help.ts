import type { CommandName } from '../../command-table.js';
import type { InputName } from './table.js';
import { STOP_SIGNALS } from './values/forms.js';

/** Descriptions of all inputs, with form and example, for action.yml and docs/inputs.md. No step loads this file. */
export const INPUT_HELP: Readonly<Record<InputName, string>> = {
  token:
    "Fly token, as `fly tokens create deploy` prints it. `auto`: the job's session, else the environment's `FLY_ACCESS_TOKEN`, else `FLY_API_TOKEN`.",
  app: "App name or names; with `org` also patterns and exclusions, such as `staging-*, !staging-billing`. `auto`: the session's, else the environment's `FLY_APP`, else `app` in the workspace's `fly.toml`; with `org`, all of its apps.",
  org: "Slug of the organization whose apps are meant, for patterns and for all of its apps. `none`: the session's, if that has one.",
  machines:
    'Ids or names (`[]` selects nothing), or `all`; quote an id that YAML may take for a number. `auto`: everything for `list`, `wait`, `stop-idle`, `hours` and `warm-up`; the others need this or a filter. For a whole organization, a command that changes something needs ids, a filter or a `limit`.',
  region: 'Only machines in one of these regions, such as `fra, iad`.',
  'process-group': 'Only machines of one of these process groups, such as `worker`.',
  state:
    'Only machines in one of these states, such as `started`. For `wait`: the states to wait for, any of `started`, `stopped`, `suspended`, `destroyed`, `failed` and `settled` (the default).',
  metadata: 'Only machines with all of this metadata; `key=value` lines.',
  marked:
    'Only machines with this mark, which an earlier job has set with `mark`. `start` and `warm-up` take off the marks of what was put down, `stop` and `suspend` those of what was started; with `restore`, marks stay.',
  exclude:
    'Machines to leave alone, whatever else chooses them: ids, names or `key=value` metadata. An id or name that no machine has is an error for commands that change something.',
  limit: 'Change at most so many machines, from 1 to 100000, in the order of their ids.',
  shard:
    "This job's share of the machines, counted from 0: `2/8`, or `strategy.job-index` and `strategy.job-total` of a matrix with a `/` in between. `limit` holds for each share.",
  'allow-empty':
    '`true`: an id, name, group, region, metadata or app pattern that matches nothing is no error.',
  wait: '`true`: until the new state is read back; `checks`, for `start` and `restart`: until the health checks that are configured or reported pass, too, those of containers as far as Fly tells of them; `false`: until Fly has taken the request on (`restart`: with `max-unavailable: 100%` only). `auto`: `checks` for `restart`, else `true`.',
  settle:
    'Time after which the step looks once more at each machine that it started, up to 10m, such as `10s`; a plain number is seconds. A machine that crashed or ran out of memory since, or that Fly is starting again, has failed; one that was stopped by request, or that ended with code 0, has not. `0`: no second look. `auto`: `5s`, or what is left of the step, for `restart` and `warm-up` where neither checks nor a probe tell, else `0`.',
  timeout:
    'Deadline of the whole step, from 1s to 24h: a duration such as `90s` or `1h30m`; a plain number is seconds. `auto`: 5 minutes, or the longest kill timeout with `settle` (for `exec`, `exec-timeout`) and a minute, where that is longer; for `restart` room for all rounds, up to 2h.',
  signal: `Signal to stop with: ${STOP_SIGNALS.map((it) => `\`${it}\``).join(', ')}. \`auto\`: the machine's own.`,
  'kill-timeout':
    "Time between the signal and SIGKILL, up to 24h, such as `30s`; a plain number is seconds. `auto`: the machine's own.",
  fallback:
    '`stop`: stop a machine that Fly refuses to suspend, or that ends up stopped. `none`: such a machine has failed.',
  'down-action': 'How a machine is put down: `stop` or `suspend`.',
  mark: 'A name such as `night`, of letters a-z, digits and `-`: what this step changes gets `marked-night` into its metadata, with time, repository and run, so that a later job finds exactly that with `marked`. A machine that cannot be marked is left as it was.',
  set: "Metadata to set: a `key=value` on each line, such as `keep-alive=yes` or `hours=Mon-Fri 07:30-18:00 Europe/Berlin`, or a JSON array of such. Nothing behind the `=` removes the key. Keys that begin with `fly_` are Fly's own, and refused; so are values of `hours` and `keep-alive-until` that this action can't read.",
  run: 'Command to run: a line such as `bin/rails db:migrate`, or a JSON array of arguments. No shell is in between: for pipes and variables, run `["sh", "-c", "…"]`.',
  container:
    'Name of the container to run it in, for machines that are made of several. A machine without it fails. `none`: Fly chooses.',
  'exec-timeout':
    'How long the command may take in each machine, from 1s to 1h: a duration such as `90s`; a plain number is seconds. How much of that Fly allows is not documented.',
  'idle-for':
    'How long a machine must have been up, and quiet, to count as idle: a duration from `1m` to 7 days.',
  'idle-signal':
    "What shows that a machine is quiet: `traffic` through Fly's proxy, `network` bytes, `cpu` share, a `query` of your own, or `uptime` alone, for machines without services.",
  'idle-threshold':
    'What is still quiet: requests in flight for `traffic` (`auto`: 0), bytes per second for `network` (1000), percent for `cpu` (5), the value of your `query` (0).',
  query:
    'PromQL for `idle-signal: query`, with one value per `instance`; `$app` stands for the name of the app within quotes, `$step` for the distance of two values.',
  keep: 'How many machines stay started at least, all machines of the app counted, chosen or not, but cordoned and special ones: `1` per app, `region=1` per region, `process-group=1` per process group. With `shard`, among those of each share.',
  announce:
    'Time between the announcement of a stop and the stop, such as `24h`: one run marks an idle machine, and a later one stops it if it is idle still. `none`: the first run stops it.',
  'default-hours':
    'Hours for machines that have none in their metadata (`hours`): spans such as `Mon-Fri 07:30-18:00 Europe/Berlin`, `2026-12-24T00:00:00Z/2026-12-27T00:00:00Z` or `always`, separated by commas. `none`: those machines are left alone.',
  'prometheus-url':
    "Address of the metrics. `auto`: Fly's, `https://api.fly.io/prometheus/<org>/`, or where `api-url` is on loopback, the same host's; without `org`, the organization of the first app, and of each app that has no series there. Elsewhere only `metrics-token` is sent, never the Fly token.",
  'metrics-token':
    'Token for the metrics, as `fly tokens create readonly` prints it. `auto`: the same as for machines.',
  count:
    'How many machines of each app are to be ready: a number, `all`, or so many per region, such as `fra=2, iad=1`. What is ready already counts.',
  'probe-url':
    'A URL of the app that must answer, such as `https://my-app.fly.dev/up`. No token is sent there.',
  'probe-status': 'Good statuses of the probe: one, such as `204`, or a range.',
  'probe-successes': 'How many good answers in a row the probe needs.',
  hold: 'How long `stop-idle`, `hours` and the `restore` of other jobs leave these machines running, such as `75m`; kept as `keep-alive-until` in their metadata.',
  'max-unavailable':
    'How many machines of each process group of an app may be down at once: a number, or a share such as `33%` (rounded down, but at least one). A group of two or more keeps one up, but with `100%`.',
  'max-concurrent':
    'Requests that change something, in flight at once, from 1 to 500. Waiting, and what `hold` writes, take no place; a command of `exec` holds one for as long as it runs.',
  'on-failure':
    '`fail`: try all, then fail the step if any failed; `stop`, for what changes something: begin nothing new after the first failure; `warn`: only annotate (never for input, token and permission errors). `auto`: `stop` for `restart`, else `fail`.',
  'on-lease':
    'What to do if another client, such as a deploy, holds a lease on a machine: `wait` until the deadline (`warm-up`: once no other machine is free), `skip` the machine, or `fail`.',
  lease:
    '`true`: hold a lease on each machine while it is changed, so that no other client changes it meanwhile. A token that may not lease gets a warning.',
  restore:
    "`true`: at the job's end put back exactly what this step changed, also after a failure or a cancel; a machine whose metadata meanwhile says `keep-alive` or `keep-alive-until` is left running.",
  'dry-run': '`true`: go all the way up to the first change, and show what the step would do.',
  'refresh-before':
    "Refresh a discharge that has less than this left (at most half of its life): a duration such as `90s`, up to 24h; a plain number is seconds. The session's, where it was set there.",
  'third-party-credentials':
    "Credentials for third parties of your own, lines `https://host: value`; sent to that exact origin only, as Bearer where the value is one word. `https://host: oidc` sends the job's GitHub OIDC token, a new one for each refresh; an audience may follow, otherwise it is the third party's location. The session's, where it was set there.",
  approve:
    '`true`: where a third party wants a person to approve, show the URL and wait for the approval, at most until `timeout` has passed. `auth` sets it for all steps of its session.',
  'export-token':
    '`output`: the token and its discharges as the output `token`; `env`: also as `FLY_API_TOKEN` for later steps. A copy as of now that is not refreshed.',
  'max-lifetime':
    "How long the session's copy of the token lives, up to 720h, where the token itself doesn't end before: a duration such as `90m`; a plain number is seconds. `0`: as long as the token.",
  scope:
    "What the session's copy of the token may do: `read`, `control` (change the state of machines, too) or `full`, all that the token may. The first two also narrow it to the apps, where those are named.",
  'attenuate-with':
    'More caveats for the session\'s copy of the token, as JSON in Fly\'s own form, one or an array: `{"type": "IfPresent", "body": {"ifs": [{"type": "Machines", "body": {"machines": {"148e21ea7e4689": "rC"}}}], "else": "r"}}`.',
  summary:
    'Whether to write the job summary. `auto`: when something changed, failed or was left alone, in a dry run, and by `list` and `inspect`.',
  'api-url':
    "Address of the Machines API. `auto`: the session's, else the environment's `FLY_FLAPS_BASE_URL`, else `https://api.machines.dev`.",
};

/** A group of inputs that serve one purpose, as docs/inputs.md shows them. */
interface InputGroup {
  readonly title: string;
  readonly inputs: readonly InputName[];
}

/** Groups of all inputs by purpose; each input is in one. */
export const INPUT_GROUPS: readonly InputGroup[] = [
  {
    title: 'which machines',
    inputs: [
      'app',
      'org',
      'machines',
      'region',
      'process-group',
      'state',
      'metadata',
      'marked',
      'exclude',
      'limit',
      'shard',
      'allow-empty',
    ],
  },
  {
    title: 'how',
    inputs: [
      'wait',
      'settle',
      'timeout',
      'signal',
      'kill-timeout',
      'down-action',
      'fallback',
      'max-unavailable',
      'max-concurrent',
      'lease',
    ],
  },
  { title: 'what if', inputs: ['dry-run', 'on-failure', 'on-lease', 'restore'] },
  {
    title: 'token',
    inputs: [
      'token',
      'refresh-before',
      'third-party-credentials',
      'approve',
      'max-lifetime',
      'scope',
      'attenuate-with',
      'export-token',
      'api-url',
    ],
  },
  {
    title: 'idle',
    inputs: [
      'idle-for',
      'idle-signal',
      'idle-threshold',
      'query',
      'keep',
      'announce',
      'prometheus-url',
      'metrics-token',
    ],
  },
  { title: 'warm-up', inputs: ['count', 'probe-url', 'probe-status', 'probe-successes'] },
  { title: 'hours and marks', inputs: ['mark', 'hold', 'default-hours', 'set'] },
  { title: 'command to run', inputs: ['run', 'container', 'exec-timeout'] },
  { title: 'reporting', inputs: ['summary'] },
];

const DIFFERENT: Partial<Record<InputName, Partial<Record<CommandName, string>>>> = {
  state: {
    wait: 'The states to wait for, any of `started`, `stopped`, `suspended`, `destroyed`, `failed`, and `settled`: at rest, wherever.',
  },
};

/** Returns the description of an input in a command's own action. */
export function helpOf(name: InputName, command: CommandName): string {
  return DIFFERENT[name]?.[command] ?? INPUT_HELP[name];
}
