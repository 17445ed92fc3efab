import { ActionError } from '../errors.js';
import type { Machine } from '../machines/machine.js';
import { enumerated } from '../text.js';

/** A machine and the app it was listed under. */
export interface AppMachine extends Machine {
  readonly app: string;
}

/** Which machines a step is about; an absent filter lets everything pass. */
export interface Selector {
  /** Ids or names (a name may be that of a machine in each app); `all`; or `auto`, which is what the command makes of no answer. */
  readonly machines: 'auto' | 'all' | readonly string[];
  readonly region: readonly string[] | undefined;
  readonly processGroup: readonly string[] | undefined;
  readonly state: readonly string[] | undefined;
  /** `key=value`, all of which must hold. */
  readonly metadata: readonly string[] | undefined;
  /** Ids, names or `key=value`. */
  readonly exclude: readonly string[] | undefined;
  readonly allowEmpty: boolean;
}

/** What to say where a command that changes something is not told what. */
export function nothingChosen(verb: string): string {
  return `Which machines to ${verb} is not said: give \`machines\` (ids, names or \`all\`) or a filter (\`process-group\`, \`region\`, \`state\`, \`metadata\`).`;
}

/** A machine that the filters chose. */
export interface Selected {
  readonly machine: AppMachine;
  /** Whether it was named by its id, which lifts every guard. */
  readonly named: boolean;
  /** Why it is left alone although the filters chose it. */
  readonly excluded: string | undefined;
}

/** Whether anything in the selector narrows the choice; commands that change something insist on it. */
export function narrows({ machines, region, processGroup, state, metadata }: Selector): boolean {
  return (
    machines !== 'auto' || [region, processGroup, state, metadata].some((filter) => filter !== undefined)
  );
}

/**
 * Chooses among the machines that were listed, in their order. Throws a `not found` error for a name, region,
 * group or metadata that no machine has, a typo most likely, unless `allowEmpty`; a filter by state may come out
 * empty.
 */
export function select(machines: readonly AppMachine[], selector: Selector): Selected[] {
  const filters = filtersOf(selector);
  const chosen = machines.filter((machine) => filters.every((filter) => passes(machine, filter)));
  if (!selector.allowEmpty) {
    for (const filter of filters) requireHit(filter, machines);
    const isAsked = namesIn(selector)?.length !== 0;
    if (chosen.length === 0 && machines.length > 0 && isAsked) {
      throw new ActionError('not found', 'No machine fits all the filters at once', { hint: ALLOW_EMPTY });
    }
  }
  return chosen
    .filter(({ state }) => selector.state?.includes(state) ?? true)
    .map((machine) => ({
      machine,
      named: namesIn(selector)?.includes(machine.id) ?? false,
      excluded: exclusionOf(machine, selector.exclude ?? []),
    }));
}

/** What a person should know of a choice that went well: filters that left nothing, exclusions that met nothing. */
export function noticesOf(
  machines: readonly AppMachine[],
  selected: readonly Selected[],
  selector: Selector,
): string[] {
  const idle = (selector.exclude ?? []).filter(
    (value) => !machines.some((machine) => exclusionOf(machine, [value]) !== undefined),
  );
  const states = count(machines.map(({ state }) => state));
  return [
    ...(idle.length > 0 ? [`\`exclude\` names ${enumerated(idle)}, which no machine here is or has.`] : []),
    ...(selected.length === 0 ? [`No machine was selected; there are ${machines.length}${states}.`] : []),
  ];
}

/** ` (2 started, 3 stopped)` */
function count(values: readonly string[]): string {
  const numbers = new Map<string, number>();
  for (const value of values) numbers.set(value, (numbers.get(value) ?? 0) + 1);
  return numbers.size === 0
    ? ''
    : ` (${[...numbers].map(([value, number]) => `${number} ${value}`).join(', ')})`;
}

interface Filter {
  readonly what: string;
  readonly values: readonly string[] | undefined;
  readonly fits: (machine: AppMachine, value: string) => boolean;
  /** What a machine has, so that a typo can be seen beside it. */
  readonly has: (machine: AppMachine) => string | undefined;
  readonly every?: true;
}

function filtersOf(selector: Selector): Filter[] {
  return [
    { what: 'machine', values: namesIn(selector), fits: isCalled, has: ({ name }) => name },
    {
      what: 'region',
      values: selector.region,
      fits: (it, value) => it.region === value,
      has: ({ region }) => region,
    },
    {
      what: 'process group',
      values: selector.processGroup,
      fits: (it, value) => it.processGroup === value,
      has: ({ processGroup }) => processGroup,
    },
    { what: 'metadata', values: selector.metadata, fits: hasMetadata, has: () => undefined, every: true },
  ];
}

function passes(machine: AppMachine, { values, fits, every }: Filter): boolean {
  if (values === undefined) return true;
  const test = (value: string) => fits(machine, value);
  return every === true ? values.every(test) : values.some(test);
}

function requireHit({ what, values = [], fits, has }: Filter, machines: readonly AppMachine[]): void {
  const lost = values.filter((value) => !machines.some((machine) => fits(machine, value)));
  if (lost.length === 0) return;
  const apps = [...new Set(machines.map(({ app }) => app))];
  const missing = `${what} ${enumerated(lost)}`;
  const message =
    apps.length === 0
      ? `There are no machines at all, so no ${missing}`
      : `${enumerated(apps)} ${apps.length === 1 ? 'has' : 'have'} no ${missing}`;
  const there = [...new Set(machines.flatMap((machine) => has(machine) || []))].sort();
  const known = there.length === 0 ? '' : `There is ${enumerated(there)}. `;
  throw new ActionError('not found', message, { hint: `Check the spelling. ${known}${ALLOW_EMPTY}` });
}

const ALLOW_EMPTY = 'If none is fine, set `allow-empty: true`.';

function namesIn({ machines }: Selector): readonly string[] | undefined {
  return typeof machines === 'string' ? undefined : machines;
}

function isCalled({ id, name }: AppMachine, value: string): boolean {
  return id === value || name === value;
}

function hasMetadata({ metadata }: AppMachine, pair: string): boolean {
  const at = pair.indexOf('=');
  return Object.hasOwn(metadata, pair.slice(0, at)) && metadata[pair.slice(0, at)] === pair.slice(at + 1);
}

function exclusionOf(machine: AppMachine, exclude: readonly string[]): string | undefined {
  const hit = exclude.find((value) =>
    value.includes('=') ? hasMetadata(machine, value) : isCalled(machine, value),
  );
  return hit === undefined ? undefined : `excluded by ${hit}`;
}
