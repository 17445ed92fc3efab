import { type CommandName, changesSomething, rowOf } from '../../command-table.js';
import { isAll } from '../../commands/rolling/max-unavailable.js';
import { atOdds } from '../../commands/selection/app-patterns.js';
import { narrows, nothingChosen } from '../../commands/selection/selection.js';
import { ActionError } from '../../errors.js';
import { isTransition, TRANSITIONS, type Transition } from '../../machines/transitions.js';
import { enumerated } from '../../text.js';
import { boundsProblems } from './bounds.js';
import { selectorOf } from './selector-of.js';
import { type InputName, type Inputs, isDefault, isRead } from './table.js';

/** Inputs that only metrics use. */
const OF_METRICS = ['query', 'idle-threshold', 'prometheus-url', 'metrics-token'] as const;

/** Inputs that only a probe uses. */
const OF_PROBE = ['probe-status', 'probe-successes'] as const;

/** Inputs that choose machines. */
const CHOOSING: readonly InputName[] = ['machines', 'region', 'process-group', 'state', 'metadata'];

/**
 * Finds what is wrong with inputs that each have the right form: two that exclude each other, one without the other that
 * it needs, none that says what to change. Stays silent about what depends on an input that `failed`.
 */
export function contradictions(
  command: CommandName,
  inputs: Inputs,
  failed: ReadonlySet<InputName>,
): ActionError[] {
  const fine = (...names: readonly InputName[]) => !names.some((name) => failed.has(name));
  return [
    ...contradictionsOfAny(inputs, failed),
    ...(fine(...CHOOSING) ? openProblems(command, inputs, fine('app', 'limit', 'default-hours')) : []),
    ...(fine('wait') ? checksProblems(command, inputs) : []),
    ...(fine('wait', 'max-unavailable', 'settle') ? unwaitedProblems(command, inputs) : []),
    ...(inputs['on-failure'] === 'stop' && !changesSomething(command)
      ? [
          problem(
            `\`on-failure: stop\` is for commands that change something, and \`${command}\` changes nothing.`,
          ),
        ]
      : []),
    ...(fine(...OF_METRICS, 'idle-signal') ? queryProblems(command, inputs) : []),
    ...(fine('probe-url') ? probeProblems(command, inputs, failed) : []),
    ...(fine('run') && isRead('run', command) && inputs.run === undefined
      ? [problem('Nothing to run: set `run`, such as `run: bin/rails db:migrate`.')]
      : []),
    ...(fine('set') && isRead('set', command) && inputs.set === undefined
      ? [problem('Nothing to set: set `set`, such as `set: keep-alive=yes`.')]
      : []),
  ];
}

/** Finds those problems that any command has. */
export function contradictionsOfAny(inputs: Inputs, failed: ReadonlySet<InputName>): ActionError[] {
  const fine = (...names: readonly InputName[]) => !names.some((name) => failed.has(name));
  return [
    ...(fine('machines', 'exclude') ? selectionProblems(inputs) : []),
    ...(fine('wait', 'timeout', 'kill-timeout') ? timeProblems(inputs) : []),
    ...(fine('wait', 'timeout', 'settle') ? settleProblems(inputs) : []),
    ...(fine('app') ? appProblems(inputs) : []),
    ...(fine('mark', 'marked', 'restore') ? markProblems(inputs) : []),
  ];
}

function selectionProblems({ machines, exclude }: Inputs): ActionError[] {
  if (typeof machines === 'string') return [];
  const both = machines.filter((it) => exclude?.includes(it)).slice(0, 5);
  return [
    ...(both.length > 0 ? [problem(`\`machines\` and \`exclude\` both name ${both.join(', ')}.`)] : []),
    ...(machines.includes('all')
      ? [problem('`machines` names `all` beside others; set `all` alone, or the others alone.')]
      : []),
  ];
}

function timeProblems({ wait, timeout, 'kill-timeout': killTimeout }: Inputs): ActionError[] {
  if (wait === false || timeout === undefined || killTimeout === undefined || killTimeout <= timeout)
    return [];
  return [problem('`kill-timeout` is longer than `timeout`: the step would end before the machine does.')];
}

function settleProblems({ wait, timeout, settle = 0 }: Inputs): ActionError[] {
  if (wait === false || timeout === undefined || settle === 0 || settle < timeout) return [];
  return [problem('`settle` is no shorter than `timeout`: the step would end before it could look again.')];
}

function openProblems(command: CommandName, inputs: Inputs, isKnown: boolean): ActionError[] {
  if (!changesSomething(command)) return [];
  // Without `app`, the session decides whether this is about a whole organization.
  const open = isKnown ? boundsProblems(command, inputs, { apps: inputs.app ?? [], org: undefined }) : [];
  if (open.length > 0) return open;
  return narrows(selectorOf(inputs)) || !mustBeTold(command) ? [] : [problem(nothingChosen(command))];
}

/** Returns whether a command changes every machine that it is given, and doesn't choose among them by itself. */
function mustBeTold(command: CommandName): boolean {
  return ['transition', 'change'].includes(rowOf(command).kind);
}

function markProblems({ mark, marked, restore }: Inputs): ActionError[] {
  if (mark === undefined) return [];
  return [
    ...(mark === marked
      ? [
          problem(
            `\`mark\` and \`marked\` both name \`${mark}\`: what a step looks for it can't leave behind.`,
          ),
        ]
      : []),
    ...(restore
      ? [
          problem(
            '`mark` leaves it to a later job to put the machines back, and `restore` does it at the end of this one: set one of them.',
          ),
        ]
      : []),
  ];
}

function appProblems({ app = [] }: Inputs): ActionError[] {
  const both = atOdds(app);
  return both.length === 0 ? [] : [problem(`\`app\` both names and excludes ${enumerated(both)}.`)];
}

function queryProblems(command: CommandName, inputs: Inputs): ActionError[] {
  if (!isRead('idle-signal', command)) return [];
  const signal = inputs['idle-signal'];
  const unread = signal === 'uptime' ? OF_METRICS : signal === 'query' ? [] : (['query'] as const);
  const given = unread.filter((name) => inputs[name] !== undefined);
  return [
    ...(signal === 'query' && inputs.query === undefined
      ? [problem('`idle-signal` is `query`, but `query` is not given.')]
      : []),
    ...given.map((name) =>
      problem(`\`${name}\` is given, but \`idle-signal\` is \`${signal}\`, which doesn't read it.`),
    ),
  ];
}

/** Finds options of a probe without a probe: a user who sets them believes that there is one. */
function probeProblems(command: CommandName, inputs: Inputs, failed: ReadonlySet<InputName>): ActionError[] {
  if (!isRead('probe-url', command) || inputs['probe-url'] !== undefined) return [];
  const given = OF_PROBE.filter((name) => !failed.has(name) && !isDefault(name, inputs));
  return given.map((name) => problem(`\`${name}\` is given, but without \`probe-url\` there is no probe.`));
}

function checksProblems(command: CommandName, { wait }: Inputs): ActionError[] {
  const transition: Transition | undefined = isTransition(command) ? TRANSITIONS[command] : undefined;
  if (wait !== 'checks' || transition?.checks === true) return [];
  return [problem('`wait: checks` is for `start` and `restart`: only a started machine has health checks.')];
}

/** Finds what `wait: false` leaves without a meaning: who doesn't wait can't know what is up. */
function unwaitedProblems(command: CommandName, inputs: Inputs): ActionError[] {
  const { wait, settle = 0 } = inputs;
  if (wait !== false) return [];
  return [
    ...(command === 'restart' && !isAll(inputs['max-unavailable'])
      ? [
          problem(
            '`wait: false` restarts machines without knowing whether the last ones came back: set `max-unavailable: 100%` as well, or leave `wait` out.',
          ),
        ]
      : []),
    ...(settle > 0
      ? [problem('`settle` looks at machines once they are up, and `wait: false` waits for none.')]
      : []),
  ];
}

function problem(what: string): ActionError {
  return new ActionError('input', what);
}

/** Returns whether the session must allow less than the token, apart from its end. */
export function wantsLess({
  scope,
  'attenuate-with': given,
}: Pick<Inputs, 'scope' | 'attenuate-with'>): boolean {
  return scope !== 'full' || given !== undefined;
}
