import { defaultOf, INPUTS, type InputName, type Inputs, inputsOf } from '../src/action/inputs/table.js';
import { STOP_SIGNALS } from '../src/action/inputs/values/forms.js';
import { OUTPUTS, type OutputName } from '../src/action/report/outputs.js';
import { COMMAND_NAMES, type CommandName } from '../src/command-table.js';

/** Words among the values of an input; `string` is none, since it stands for any text. */
type WordsOf<V> = V extends string ? (string extends V ? never : V) : never;

type WordInput = {
  [N in InputName]: [Exclude<Inputs[N], boolean | undefined>] extends [never]
    ? never
    : [Exclude<Inputs[N], boolean | undefined | WordsOf<Inputs[N]>>] extends [never]
      ? N
      : never;
}[InputName];

type NumberInput = { [N in InputName]: [Inputs[N]] extends [number] ? N : never }[InputName];

type ListInput = {
  [N in InputName]: [Extract<Inputs[N], readonly unknown[]>] extends [never] ? never : N;
}[InputName];

/** Words of each input that takes a few words only, besides its default. The compiler asks for them all, and for no other. */
const WORDS: { readonly [N in WordInput]: Readonly<Record<WordsOf<Inputs[N]>, true>> } = {
  wait: { checks: true, auto: true },
  // As many as the tuple has names, each of them once.
  signal: Object.fromEntries(STOP_SIGNALS.map((name) => [name, true])) as Record<
    (typeof STOP_SIGNALS)[number],
    true
  >,
  'down-action': { stop: true, suspend: true },
  fallback: { none: true, stop: true },
  'idle-signal': { traffic: true, network: true, cpu: true, query: true, uptime: true },
  'on-failure': { auto: true, fail: true, stop: true, warn: true },
  'on-lease': { wait: true, skip: true, fail: true },
  'export-token': { false: true, output: true, env: true },
  scope: { full: true, control: true, read: true },
  summary: { auto: true, true: true, false: true },
};

/** Forms of each input that is a number and no word ever. */
const FORMS: { readonly [N in NumberInput]: 'whole' | 'duration' } = {
  'exec-timeout': 'duration',
  'idle-for': 'duration',
  'probe-successes': 'whole',
  'max-concurrent': 'whole',
  'refresh-before': 'duration',
  'max-lifetime': 'duration',
};

/** Separators of each input that is a list; undefined for one that is a text of its own form. */
const SEPARATORS: { readonly [N in ListInput]: ',' | '\n' | undefined } = {
  app: ',',
  machines: ',',
  region: ',',
  'process-group': ',',
  state: ',',
  metadata: '\n',
  exclude: ',',
  set: '\n',
  run: undefined,
  keep: ',',
  'probe-status': ',',
  'third-party-credentials': '\n',
  'attenuate-with': undefined,
};

/** Outputs that are a number whatever the step did; all others are text, or empty for some commands. */
const NUMBERS: ReadonlySet<OutputName> = new Set([
  'count',
  'changed-count',
  'failed-count',
  'would-change-count',
]);

/**
 * Makes the `action-types.yml` beside each action.yml, by which editors and generators of workflows check what a step is
 * given; returns path to text. A type admits every value that the input takes: one that takes a number or `none` is a
 * string. Source of the format: typesafegithub/github-actions-typing.
 */
export function actionTypes(): ReadonlyMap<string, string> {
  // Object.keys forgets that the keys are the table's own.
  const all = Object.keys(INPUTS) as InputName[];
  const root = [
    ['command', enumOf(COMMAND_NAMES)] as const,
    ...all.map((name) => [name, typeOf(name, INPUTS[name].default)] as const),
  ];
  return new Map([
    ['action-types.yml', typesFile(root)],
    ...COMMAND_NAMES.map((command) => [`${command}/action-types.yml`, typesFile(rowsOf(command))] as const),
  ]);
}

function rowsOf(command: CommandName): (readonly [string, string])[] {
  return inputsOf(command).map((name) => [name, typeOf(name, defaultOf(name, command))]);
}

/** Returns the type of an input as YAML. */
function typeOf(name: InputName, usual: string): string {
  if (isWordInput(name)) {
    const truths = name === 'wait' ? ['true', 'false'] : [];
    return enumOf([...new Set([usual, ...Object.keys(WORDS[name]), ...truths])]);
  }
  const separator = isListInput(name) ? SEPARATORS[name] : undefined;
  if (separator !== undefined)
    return `{ type: list, separator: ${JSON.stringify(separator)}, list-item: { type: string } }`;
  if (typeof INPUTS[name].parse(usual) === 'boolean') return '{ type: boolean }';
  return isNumberInput(name) && FORMS[name] === 'whole' ? '{ type: integer }' : '{ type: string }';
}

function isNumberInput(name: InputName): name is NumberInput {
  return Object.hasOwn(FORMS, name);
}

function isWordInput(name: InputName): name is WordInput {
  return Object.hasOwn(WORDS, name);
}

function isListInput(name: InputName): name is ListInput {
  return Object.hasOwn(SEPARATORS, name);
}

/** Quotes each word, since YAML would read `false` as no text. */
function enumOf(words: readonly string[]): string {
  return `{ type: enum, allowed-values: ${JSON.stringify(words)} }`;
}

function typesFile(inputs: readonly (readonly [name: string, type: string])[]): string {
  const outputs = Object.keys(OUTPUTS).map(
    // Object.keys forgets that the keys are the table's own.
    (name) => [name, NUMBERS.has(name as OutputName) ? '{ type: integer }' : '{ type: string }'] as const,
  );
  const lines = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, type]) => `  ${name}: ${type}`);
  return [
    '# Made by `npm run generate` from the tables in src.',
    'inputs:',
    ...lines(inputs),
    'outputs:',
    ...lines(outputs),
    '',
  ].join('\n');
}
