import { enumerated, excerpt } from '../../text.js';
import { bears, marksOf } from '../marks/mark.js';
import type { AppMachine } from '../result/app-machine.js';
import type { Selector } from './selector.js';

/** Form of a machine's id; a name hardly ever has it. */
export const ID = /^[0-9a-f]{14}$/;

/** One filter that chooses machines by a property other than their state. */
export interface Filter {
  readonly what: string;
  readonly values: readonly string[] | undefined;
  readonly fits: (machine: AppMachine, value: string) => boolean;
  /** Value or values that a machine has, to be shown beside a wanted value that may be a typo. */
  readonly has: (machine: AppMachine) => string | readonly string[] | undefined;
  readonly every?: true;
}

/** Returns the filters of a selector, except the one by state, which comes and goes. Filters without values pass all. */
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
    {
      what: 'mark',
      values: selector.marked === undefined ? undefined : [selector.marked],
      fits: bears,
      has: (machine) => marksOf(machine).flatMap(({ name }) => (bears(machine, name) ? name : [])),
    },
    { what: 'metadata', values: selector.metadata, fits: hasMetadata, has: () => undefined, every: true },
  ];
}

/** Returns whether a machine passes a filter. */
export function passes(machine: AppMachine, { values, fits, every }: Filter): boolean {
  if (values === undefined) return true;
  const test = (value: string) => fits(machine, value);
  return every === true ? values.every(test) : values.some(test);
}

/** Says how many machines fit each filter by itself: `region fra: 3, process group worker: 2`. */
export function fittingEach(machines: readonly AppMachine[], filters: readonly Filter[]): string {
  const each = filters.flatMap((filter) => {
    const { what, values } = filter;
    if (values === undefined) return [];
    const fitting = machines.filter((machine) => passes(machine, filter)).length;
    return [`${what} ${shortValues(values)}: ${fitting}`];
  });
  return each.join(', ');
}

/** Longest text of a filter's values, in UTF-16 units. */
const MOST_SHOWN = 60;

/** Joins the values of one input, shortened so that a sentence can name several inputs. */
function shortValues(values: readonly string[]): string {
  const text = excerpt(enumerated(values));
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Returns the ids and names of a selector; undefined for `all` and `auto`, which name no machine. */
export function namesIn({ machines }: Selector): readonly string[] | undefined {
  return typeof machines === 'string' ? undefined : machines;
}

/** Returns whether a machine has this id or name. */
export function isCalled({ id, name }: AppMachine, value: string): boolean {
  return id === value || name === value;
}

/** Returns whether a machine's metadata has a `key=value`. */
export function hasMetadata({ metadata }: AppMachine, pair: string): boolean {
  const at = pair.indexOf('=');
  return Object.hasOwn(metadata, pair.slice(0, at)) && metadata[pair.slice(0, at)] === pair.slice(at + 1);
}
