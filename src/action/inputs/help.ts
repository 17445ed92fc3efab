import type { CommandName } from '../../command-table.js';
import type { InputName } from './table.js';
import { STOP_SIGNALS } from './values/forms.js';

/** Description of an input, with form and example. */
interface Help {
  /** One or two sentences that are enough to fill the input in, as an editor shows them. */
  readonly short: string;
  /** All else, which stands behind it in docs/inputs.md. */
  readonly more?: string;
}

/** Descriptions of all inputs: action.yml has the short ones, since each job downloads them. No step loads this file. */
const INPUT_HELP: Readonly<Record<InputName, Help>> = {
  token: {
    short:
      "Fly token, as `fly tokens create deploy` prints it. `auto`: the session's, else the environment's.",
    more: 'In the environment, `FLY_ACCESS_TOKEN` goes before `FLY_API_TOKEN`.',
  },
  app: {
    short:
      "App names; with `org` also patterns, such as `staging-*, !staging-billing`. `auto`: the session's, else the environment's, else `fly.toml`'s.",
    more: "A pattern with `!` excludes apps. `auto` looks in this order: the session, the environment's `FLY_APP`, `app` in the workspace's `fly.toml`; with `org` it means all of its apps.",
  },
  org: { short: "Slug of the organization, for patterns or all of its apps. `none`: the session's, if any." },
  machines: {
    short:
      'Ids (quoted in YAML), names or `all`. `auto`: all, where a command reads or chooses by itself; others need this or a filter.',
    more: '`[]` selects nothing. Without quotes, YAML may take an id for a number. `auto` is everything for `list`, `wait`, `stop-idle`, `hours` and `warm-up`. For a whole organization, a command that changes something needs ids, a filter or a `limit`.',
  },
  region: { short: 'Only machines in these regions, such as `fra, iad`.', more: 'One of several is enough.' },
  'process-group': {
    short: 'Only machines of these process groups, such as `worker`.',
    more: 'One of several is enough.',
  },
  state: {
    short: 'Only machines in these states, such as `started`; for `wait`, those to wait for.',
    more: 'One of several is enough. `wait` takes any of `started`, `stopped`, `suspended`, `destroyed`, `failed` and `settled` (the default).',
  },
  metadata: { short: 'Only machines with all of this metadata, `key=value` lines.' },
  marked: {
    short: 'Only machines with this mark of an earlier job.',
    more: 'That job has set it with `mark`. `start` and `warm-up` take off the marks of what was put down, `stop` and `suspend` those of what was started; with `restore`, marks stay.',
  },
  exclude: {
    short: 'Machines to leave alone: ids, names or `key=value` metadata.',
    more: 'They are left alone whatever else chooses them. An id or name that no machine has is an error for commands that change something.',
  },
  limit: {
    short: 'Change at most so many machines, from 1 to 100000.',
    more: 'They are taken in the order of their ids.',
  },
  shard: {
    short: "This job's share of the machines, counted from 0, such as `2/8`.",
    more: 'In a matrix: `strategy.job-index` and `strategy.job-total` with a `/` in between. `limit` holds for each share.',
  },
  'allow-empty': {
    short: '`true`: no error if an id, filter or app pattern matches nothing.',
    more: 'Filters are `region`, `process-group` and `metadata` here.',
  },
  wait: {
    short:
      "`true`: until the new state; `checks` (`start`, `restart`): until health checks pass, too; `false`: don't. `auto`: `checks` for `restart`, else `true`.",
    more: '`true` reads the new state back; `false` is content when Fly has taken the request on. `checks` means the health checks that are configured or reported, those of containers as far as Fly tells of them. `restart` takes `false` with `max-unavailable: 100%` only.',
  },
  settle: {
    short:
      'Time until a second look at each started machine, such as `10s`. `auto`: `5s` for `restart` and `warm-up` without checks or probe, else `0`.',
    more: 'Up to 10m; a plain number is seconds; `0`: no second look. A machine that crashed or ran out of memory since, or that Fly is starting again, has failed; one that was stopped by request, or that ended with code 0, has not. `auto` is `5s` where neither checks nor a probe tell; where less than that is left of the step, it is what is left.',
  },
  timeout: {
    short:
      'Deadline of the step, such as `1h30m`, from 1s to 24h. `auto`: 5 minutes, or more for longer work.',
    more: 'A plain number is seconds. `auto` is the longest kill timeout with `settle` (for `exec`, `exec-timeout`) and a minute, from when the machines are known, where that ends after the 5 minutes; for `restart` room for all rounds, up to 2h.',
  },
  signal: {
    short: `Signal to stop with: ${STOP_SIGNALS.map((it) => `\`${it}\``).join(', ')}. \`auto\`: the machine's own.`,
  },
  'kill-timeout': {
    short: "Time from signal to SIGKILL, up to 24h. `auto`: the machine's own.",
    more: 'A plain number is seconds.',
  },
  fallback: {
    short: '`stop`: stop a machine that cannot be suspended. `none`: it has failed.',
    more: 'Fly refuses it, or the machine ends up stopped.',
  },
  'down-action': { short: 'How to put a machine down: `stop` or `suspend`.' },
  mark: {
    short: 'A name such as `night`, by which a later job finds what this step changed.',
    more: 'It has letters a-z, digits and `-`; the later job names it as `marked`. What this step changes gets `marked-night` into its metadata, with time, repository and run. A machine that cannot be marked is left as it was.',
  },
  set: {
    short: 'Metadata to set: `key=value` lines; an empty value removes the key.',
    more: "Such are `keep-alive=yes` and `hours=Mon-Fri 07:30-18:00 Europe/Berlin`; a JSON array of such works, too. Keys that begin with `fly_` are Fly's own, and refused; so are values of `hours` and `keep-alive-until` that this action can't read.",
  },
  run: {
    short: 'Command to run: a line such as `bin/rails db:migrate`, or a JSON array; no shell.',
    more: 'A line is split as a shell splits it: quotes keep words together, and `*`, `?`, `#` or `;` may stand only within them, `$` only within single ones. `~`, `{a,b}` and `[ab]` arrive as they are. The array has the arguments one by one. For pipes and variables, run `["sh", "-c", "…"]`.',
  },
  container: {
    short: 'Name of the container to run it in. `none`: Fly chooses.',
    more: 'For machines that are made of several. A machine without that container fails.',
  },
  'exec-timeout': {
    short: 'Time for the command in each machine, from 1s to 1h.',
    more: 'A plain number is seconds. How much of that Fly allows is not documented.',
  },
  'idle-for': { short: 'How long a machine must be up and quiet to be idle, from `1m` to 7 days.' },
  'idle-signal': {
    short: 'What shows that a machine is quiet: `traffic`, `network`, `cpu`, `query` or `uptime`.',
    more: "`traffic` is what comes through Fly's proxy, `network` counts bytes, `cpu` is a share, `query` is one of your own. `uptime` alone is for machines without services.",
  },
  'idle-threshold': {
    short:
      'The most that is quiet. `auto`: 0 requests, 1000 bytes per second, 5 percent of cpu, 0 for `query`.',
    more: 'These are for `traffic` (in flight), `network`, `cpu` and the value of your `query`.',
  },
  query: {
    short: 'PromQL for `idle-signal: query`, with one value per `instance`.',
    more: '`$app` stands for the name of the app within quotes, `$step` for the distance of two values.',
  },
  keep: {
    short:
      'How many machines stay started: `1` per app, `region=1` per region, `process-group=1` per process group.',
    more: 'At least so many. All machines of the app count, chosen or not, but cordoned and special ones. With `shard`, those of each share.',
  },
  announce: {
    short: 'Time from announcing a stop to the stop, such as `24h`. `none`: stop at once.',
    more: 'One run marks an idle machine, and a later one stops it if it is idle still. With `none`, the first run stops it.',
  },
  'default-hours': {
    short:
      'Hours of machines without their own, such as `Mon-Fri 07:30-18:00 Europe/Berlin`. `none`: leave those alone.',
    more: 'Their own are in their metadata (`hours`). Spans are separated by commas; others are `2026-12-24T00:00:00Z/2026-12-27T00:00:00Z` and `always`.',
  },
  'prometheus-url': {
    short: "Address of the metrics. `auto`: Fly's.",
    more: "That is `https://api.fly.io/prometheus/<org>/`. Where `api-url` is on loopback, `auto` is the same host's. Without `org`, it is the organization of the first app, and of each app that has no series there. Elsewhere only `metrics-token` is sent, never the Fly token.",
  },
  'metrics-token': {
    short: 'Token for the metrics. `auto`: as for machines.',
    more: '`fly tokens create readonly` prints one.',
  },
  count: {
    short:
      'How many machines of each app are to be ready: a number, `all`, or by region, such as `fra=2, iad=1`.',
    more: 'What is ready already counts.',
  },
  'probe-url': {
    short: 'URL of the app that must answer, such as `https://my-app.fly.dev/up`.',
    more: 'No token is sent there.',
  },
  'probe-status': { short: 'Good statuses of the probe, such as `204`, or a range.' },
  'probe-successes': { short: 'Good answers in a row that the probe needs.' },
  hold: {
    short: 'How long other jobs leave these machines running, such as `75m`.',
    more: 'That holds for `stop-idle`, `hours` and `restore`. It is kept as `keep-alive-until` in their metadata.',
  },
  'max-unavailable': {
    short: 'How many of each process group may be down at once: a number or share.',
    more: 'Each app has its own groups. A share is rounded down, but at least one. A group of two or more keeps one up, but with `100%`.',
  },
  'max-concurrent': {
    short: 'Changes in flight at once, from 1 to 500.',
    more: 'These are requests that change something. Waiting, and what `hold` writes, take no place; a command of `exec` holds one for as long as it runs.',
  },
  'on-failure': {
    short:
      '`fail`: try all, then fail; `stop`: begin nothing new after a failure; `warn`: only annotate. `auto`: `stop` for `restart`, else `fail`.',
    more: '`stop` is for what changes something. `warn` is never for input, token and permission errors.',
  },
  'on-lease': {
    short: 'If another client holds a lease on a machine: `wait`, `skip` it, or `fail`.',
    more: 'A deploy is such a client. `wait` lasts until the deadline (`warm-up`: it waits once no other machine is free).',
  },
  lease: {
    short: '`true`: hold a lease on each machine while it is changed.',
    more: 'No other client changes it meanwhile. A token that may not lease gets a warning.',
  },
  restore: {
    short: "`true`: at the job's end put back what this step changed, even after a failure or cancel.",
    more: 'That is exactly what it changed. A machine whose metadata meanwhile says `keep-alive` or `keep-alive-until` is left running.',
  },
  'dry-run': {
    short: '`true`: change nothing, and show what the step would do.',
    more: 'It goes all the way up to the first change.',
  },
  'refresh-before': {
    short: 'Refresh a discharge that has less than this left, up to 24h.',
    more: "At most half of the discharge's life; a plain number is seconds. The session's, where it was set there.",
  },
  'third-party-credentials': {
    short: 'Credentials for third parties of your own, `https://host: value` lines.',
    more: "They are sent to that exact origin only, as Bearer where the value is one word. `https://host: oidc` sends the job's GitHub OIDC token, a new one for each refresh; an audience may follow, otherwise it is the third party's location. The session's, where it was set there.",
  },
  approve: {
    short: "`true`: where a third party wants a person's approval, show the URL and wait.",
    more: 'The step waits at most until `timeout` has passed. `auth` sets it for all steps of its session.',
  },
  'export-token': {
    short: '`output`: set the output `token`; `env`: also `FLY_API_TOKEN` for later steps.',
    more: 'The token comes with its discharges, a copy as of now that is not refreshed.',
  },
  'max-lifetime': {
    short: "Life of the session's copy of the token, up to 720h. `0`: the token's.",
    more: 'A plain number is seconds. Where the token itself ends before, its copy ends with it.',
  },
  scope: {
    short: "What the session's copy of the token may do: `read`, `control` machines, or all (`full`).",
    more: '`control` may also change the state of machines; `full` is all that the token may. The first two also narrow it to the apps, where those are named.',
  },
  'attenuate-with': {
    short: "More caveats for the session's copy of the token, as JSON.",
    more: 'They are in Fly\'s own form, one or an array. An example: `{"type": "IfPresent", "body": {"ifs": [{"type": "Machines", "body": {"machines": {"148e21ea7e4689": "rC"}}}], "else": "r"}}`.',
  },
  summary: {
    short: 'Whether to write the job summary. `auto`: if there is something to tell.',
    more: 'That is when something changed, failed or was left alone, in a dry run, and by `list` and `inspect`.',
  },
  'api-url': {
    short: "Address of the Machines API. `auto`: the session's, else the environment's, else Fly's.",
    more: "In the environment it is `FLY_FLAPS_BASE_URL`; Fly's is `https://api.machines.dev`.",
  },
};

const DIFFERENT: Partial<Record<InputName, Partial<Record<CommandName, string>>>> = {
  state: {
    wait: 'States to wait for: `started`, `stopped`, `suspended`, `destroyed`, `failed` or `settled`.',
  },
};

/** Returns the short description of an input, in the root action or in a command's own. */
export function shortHelp(name: InputName, command?: CommandName): string {
  const own = command === undefined ? undefined : DIFFERENT[name]?.[command];
  return own ?? INPUT_HELP[name].short;
}

/** Returns all that is to say about an input. */
export function wholeHelp(name: InputName): string {
  const { short, more } = INPUT_HELP[name];
  return more === undefined ? short : `${short} ${more}`;
}
