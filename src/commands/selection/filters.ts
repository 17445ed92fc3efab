import { enumerated, excerpt } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Selector } from './selector.js';

/** One way in which machines are chosen by what they are. */
export interface Filter {
  readonly what: string;
  readonly values: readonly string[] | undefined;
  readonly fits: (machine: AppMachine, value: string) => boolean;
  /** What a machine has, so that a typo can be seen beside it. */
  readonly has: (machine: AppMachine) => string | undefined;
  readonly every?: true;
}

/** The filters of a selector but the one by state, which comes and goes; each with its values, if any are given. */
export function filtersOf(selector: Selector): Filter[] {
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

/** Whether a machine has what a filter asks for. */
export function passes(machine: AppMachine, { values, fits, every }: Filter): boolean {
  if (values === undefined) return true;
  const test = (value: string) => fits(machine, value);
  return every === true ? values.every(test) : values.some(test);
}

/** How many machines fit each filter by itself: `region fra: 3, process group worker: 2`. */
export function fittingEach(machines: readonly AppMachine[], filters: readonly Filter[]): string {
  const each = filters.flatMap((filter) => {
    const { what, values } = filter;
    if (values === undefined) return [];
    const fitting = machines.filter((machine) => passes(machine, filter)).length;
    return [`${what} ${shortened(values)}: ${fitting}`];
  });
  return each.join(', ');
}

const MOST_SHOWN = 60;

/** Values of an input inside a sentence about several of them. */
function shortened(values: readonly string[]): string {
  const text = excerpt(enumerated(values));
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** The ids and names that are given; undefined where there are none to go by. */
export function namesIn({ machines }: Selector): readonly string[] | undefined {
  return typeof machines === 'string' ? undefined : machines;
}

/** Whether a machine has this id or name. */
export function isCalled({ id, name }: AppMachine, value: string): boolean {
  return id === value || name === value;
}

/** Whether a machine has a `key=value`. */
export function hasMetadata({ metadata }: AppMachine, pair: string): boolean {
  const at = pair.indexOf('=');
  return Object.hasOwn(metadata, pair.slice(0, at)) && metadata[pair.slice(0, at)] === pair.slice(at + 1);
}
