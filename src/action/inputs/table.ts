import { isDeepStrictEqual } from 'node:util';
import {
  COMMAND_NAMES,
  type CommandName,
  type CommandRow,
  changesSomething,
  rowOf,
  WORKING_COMMANDS,
} from '../../command-table.js';
import { SETTLED } from '../../machines/machine/states.js';
import { commandLine } from './values/command-line.js';
import { keeps, maxUnavailable, probeStatus, warmCount } from './values/count-forms.js';
import {
  appPattern,
  awaitable,
  caveatsToAdd,
  containerName,
  credentialLine,
  hourSpans,
  machineWord,
  markName,
  nameOrPair,
  orgSlug,
  pair,
  STOP_SIGNALS,
  state,
  word,
} from './values/forms.js';
import { labels } from './values/labels.js';
import {
  boolean,
  booleanOrOneOf,
  decimal,
  duration,
  filter,
  listOf,
  oneOf,
  type Parser,
  shard,
  unless,
  whole,
  wholeNumber,
} from './values/parsers.js';
import { flyToken } from './values/read-bundle.js';
import { apiUrl, probeUrl, prometheusUrl } from './values/urls.js';

/** Row of an input in the table. */
export interface InputRow {
  /** Default as action.yml declares it; never empty, so that an empty value is one that the user gave. */
  readonly default: string;
  readonly parse: Parser<unknown>;
  readonly reads: readonly CommandName[];
  /** Own default and form for commands that read the input differently. */
  readonly differs?: Partial<Record<CommandName, Pick<InputRow, 'default' | 'parse'>>>;
  /** True for inputs that direct or narrow the work: a value that is given but empty is an error, not the default. */
  readonly strict: boolean;
  /** Set if the job's session keeps the input for later steps. */
  readonly kept?: true;
}

const ALL_COMMANDS = COMMAND_NAMES;
const those = (fits: (row: CommandRow) => boolean) => COMMAND_NAMES.filter((name) => fits(rowOf(name)));
const SELECTING: readonly CommandName[] = WORKING_COMMANDS;
const TRANSITION = those(({ kind }) => kind === 'transition');
const CHANGING = COMMAND_NAMES.filter(changesSomething);
const RESTORABLE = those(({ restorable }) => restorable === true);
const IDLE: readonly CommandName[] = ['stop-idle'];
const DOWN: readonly CommandName[] = [...IDLE, 'hours'];
const WARM: readonly CommandName[] = ['warm-up'];
const HOUR_MS = 3_600_000;

/**
 * Table of all inputs: default, form, and the commands that read them. `npm run generate` makes the action.yml files and
 * the tables of docs/inputs.md from it and from the descriptions in `help.ts`.
 */
export const INPUTS = {
  token: { default: 'auto', parse: unless('auto', flyToken), reads: ALL_COMMANDS, strict: true },
  app: { default: 'auto', parse: unless('auto', filter(appPattern)), reads: ALL_COMMANDS, strict: true },
  org: { default: 'none', parse: unless('none', orgSlug), reads: ALL_COMMANDS, strict: true },
  machines: {
    default: 'auto',
    parse: (text: string): 'auto' | 'all' | string[] =>
      text === 'auto' || text === 'all' ? text : listOf(machineWord)(text),
    reads: SELECTING,
    strict: true,
  },
  region: { default: 'any', parse: unless('any', filter(word)), reads: SELECTING, strict: true },
  'process-group': { default: 'any', parse: unless('any', filter(word)), reads: SELECTING, strict: true },
  state: {
    default: 'any',
    parse: unless('any', filter(state)),
    reads: SELECTING,
    strict: true,
    differs: {
      wait: {
        default: SETTLED,
        parse: filter(awaitable),
      },
    },
  },
  metadata: { default: 'any', parse: unless('any', whole(filter(pair))), reads: SELECTING, strict: true },
  marked: { default: 'none', parse: unless('none', markName), reads: SELECTING, strict: true },
  exclude: {
    default: 'none',
    parse: unless('none', whole(filter(nameOrPair))),
    reads: SELECTING,
    strict: true,
  },
  limit: { default: 'none', parse: unless('none', wholeNumber(1, 100_000)), reads: CHANGING, strict: true },
  shard: { default: 'none', parse: unless('none', shard), reads: SELECTING, strict: true },
  'allow-empty': { default: 'false', parse: boolean, reads: SELECTING, strict: false },
  wait: {
    default: 'auto',
    parse: booleanOrOneOf('checks', 'auto'),
    reads: [...TRANSITION, ...DOWN],
    strict: false,
  },
  settle: {
    default: 'auto',
    parse: unless('auto', duration(0, 10 * 60_000)),
    reads: ['start', 'restart', ...WARM],
    strict: false,
  },
  timeout: {
    default: 'auto',
    parse: unless('auto', duration(1000, 24 * HOUR_MS)),
    reads: ALL_COMMANDS,
    strict: false,
  },
  signal: {
    default: 'auto',
    parse: unless('auto', oneOf(...STOP_SIGNALS)),
    reads: ['stop', 'restart'],
    strict: false,
  },
  'kill-timeout': {
    default: 'auto',
    parse: unless('auto', duration(0, 24 * HOUR_MS)),
    reads: ['stop', 'restart'],
    strict: false,
  },
  'down-action': { default: 'stop', parse: oneOf('stop', 'suspend'), reads: DOWN, strict: false },
  fallback: { default: 'none', parse: oneOf('none', 'stop'), reads: ['suspend', ...DOWN], strict: false },
  mark: {
    default: 'none',
    parse: unless('none', markName),
    reads: ['start', 'stop', 'suspend', ...IDLE],
    strict: true,
  },
  set: { default: 'none', parse: unless('none', labels), reads: ['label'], strict: true },
  run: { default: 'none', parse: unless('none', commandLine), reads: ['exec'], strict: true },
  container: { default: 'none', parse: unless('none', containerName), reads: ['exec'], strict: true },
  'exec-timeout': { default: '1m', parse: duration(1000, HOUR_MS), reads: ['exec'], strict: false },
  'idle-for': { default: '30m', parse: duration(60_000, 7 * 24 * HOUR_MS), reads: IDLE, strict: true },
  'idle-signal': {
    default: 'traffic',
    parse: oneOf('traffic', 'network', 'cpu', 'query', 'uptime'),
    reads: IDLE,
    strict: true,
  },
  'idle-threshold': { default: 'auto', parse: unless('auto', decimal), reads: IDLE, strict: true },
  query: { default: 'none', parse: unless('none', (text) => text), reads: IDLE, strict: true },
  keep: { default: 'none', parse: unless('none', keeps), reads: IDLE, strict: true },
  announce: {
    default: 'none',
    parse: unless('none', duration(60_000, 30 * 24 * HOUR_MS)),
    reads: IDLE,
    strict: true,
  },
  'default-hours': { default: 'none', parse: unless('none', hourSpans), reads: ['hours'], strict: true },
  'prometheus-url': { default: 'auto', parse: unless('auto', prometheusUrl), reads: IDLE, strict: true },
  'metrics-token': { default: 'auto', parse: unless('auto', flyToken), reads: IDLE, strict: true },
  count: { default: '1', parse: warmCount, reads: WARM, strict: true },
  'probe-url': { default: 'none', parse: unless('none', probeUrl), reads: WARM, strict: true },
  'probe-status': { default: '200-399', parse: probeStatus, reads: WARM, strict: false },
  'probe-successes': { default: '3', parse: wholeNumber(1, 100), reads: WARM, strict: false },
  hold: {
    default: 'none',
    parse: unless('none', duration(60_000, 7 * 24 * HOUR_MS)),
    reads: ['start', ...WARM],
    strict: true,
  },
  'max-unavailable': { default: '33%', parse: maxUnavailable, reads: ['restart'], strict: true },
  'max-concurrent': { default: '20', parse: wholeNumber(1, 500), reads: CHANGING, strict: false },
  'on-failure': {
    default: 'auto',
    parse: oneOf('auto', 'fail', 'stop', 'warn'),
    reads: SELECTING,
    strict: false,
  },
  'on-lease': {
    default: 'wait',
    parse: oneOf('wait', 'skip', 'fail'),
    reads: [...TRANSITION, 'exec', 'label', ...WARM],
    strict: false,
  },
  lease: { default: 'false', parse: boolean, reads: [...TRANSITION, ...WARM], strict: false },
  restore: { default: 'false', parse: boolean, reads: RESTORABLE, strict: false },
  'dry-run': { default: 'false', parse: boolean, reads: CHANGING, strict: true },
  'refresh-before': {
    default: '2m',
    parse: duration(0, 24 * HOUR_MS),
    reads: ALL_COMMANDS,
    strict: false,
    kept: true,
  },
  'third-party-credentials': {
    default: 'none',
    // Not split at commas, which a value may hold.
    parse: unless('none', listOf(credentialLine, /\n/)),
    reads: ALL_COMMANDS,
    strict: false,
    kept: true,
  },
  approve: { default: 'false', parse: boolean, reads: ALL_COMMANDS, strict: false, kept: true },
  'export-token': {
    default: 'false',
    parse: oneOf('false', 'output', 'env'),
    reads: ['auth'],
    strict: false,
  },
  'max-lifetime': { default: '7h', parse: duration(0, 30 * 24 * HOUR_MS), reads: ['auth'], strict: true },
  scope: { default: 'full', parse: oneOf('full', 'control', 'read'), reads: ['auth'], strict: true },
  'attenuate-with': { default: 'none', parse: unless('none', caveatsToAdd), reads: ['auth'], strict: true },
  summary: { default: 'auto', parse: oneOf('auto', 'true', 'false'), reads: ALL_COMMANDS, strict: false },
  'api-url': { default: 'auto', parse: unless('auto', apiUrl), reads: ALL_COMMANDS, strict: true },
} as const satisfies Record<string, InputRow>;

/** Name of an input, as in action.yml. */
export type InputName = keyof typeof INPUTS;

/** Names of all inputs, in the table's order. */
// Object.keys forgets that the keys are the table's own.
export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];

/** Values of all inputs; those that a command doesn't read have their defaults. */
export type Inputs = { readonly [N in InputName]: ReturnType<(typeof INPUTS)[N]['parse']> };

type KeptName = {
  [N in InputName]: (typeof INPUTS)[N] extends { readonly kept: true } ? N : never;
}[InputName];

/** Names of the inputs that the job's session keeps for later steps. */
export const KEPT_NAMES = INPUT_NAMES.filter((name): name is KeptName => 'kept' in INPUTS[name]);

/** Returns whether an input has the value that its default stands for. */
export function isDefault(name: InputName, inputs: Inputs): boolean {
  const { parse, default: usual } = INPUTS[name];
  const standard = parse(usual);
  // Node loads a part of its own for the other comparison.
  return inputs[name] === standard || isDeepStrictEqual(inputs[name], standard);
}

/** Returns the inputs that a command reads, in the table's order. */
export function inputsOf(command: CommandName): InputName[] {
  return INPUT_NAMES.filter((name) => isRead(name, command));
}

/** Returns whether a command reads an input. */
export function isRead(name: InputName, command: CommandName): boolean {
  const { reads }: InputRow = INPUTS[name];
  return reads.includes(command);
}

/** Returns the default of an input as a command declares it. */
export function defaultOf(name: InputName, command: CommandName): string {
  const row: InputRow = INPUTS[name];
  return (row.differs?.[command] ?? row).default;
}
