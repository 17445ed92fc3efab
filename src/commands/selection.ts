import { ActionError } from '../errors.js';
import type { Machine } from '../machines/machine.js';

/** A machine and the app it was listed under. */
export interface AppMachine extends Machine {
  readonly app: string;
}

/** Which machines a step is about; an absent filter lets everything pass. */
export interface Selector {
  /** Ids or names; `all`; or `auto`, which is what the command makes of no answer. */
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
  const filters: readonly (readonly [
    string,
    readonly string[] | undefined,
    (it: AppMachine, value: string) => boolean,
  ])[] = [
    ['machine', namesIn(selector), isCalled],
    ['region', selector.region, ({ region }, value) => region === value],
    ['process group', selector.processGroup, ({ processGroup }, value) => processGroup === value],
  ];
  const metadata = selector.metadata ?? [];
  const chosen = machines.filter(
    (machine) =>
      filters.every(([, values, test]) => values?.some((value) => test(machine, value)) ?? true) &&
      metadata.every((pair) => hasMetadata(machine, pair)),
  );
  if (!selector.allowEmpty) {
    for (const [what, values = [], test] of [...filters, ['metadata', metadata, hasMetadata] as const]) {
      const lost = values.filter((value) => !machines.some((machine) => test(machine, value)));
      if (lost.length > 0) throw nothingHas(what, lost, machines);
    }
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

const ALLOW_EMPTY = 'If that is fine, set `allow-empty: true`.';

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

function nothingHas(what: string, values: readonly string[], machines: readonly AppMachine[]): ActionError {
  const apps = [...new Set(machines.map(({ app }) => app))].join(', ');
  const lost = `${what} ${values.slice(0, 10).join(', ')}`;
  const message = apps === '' ? `There are no machines at all, so none of ${lost}` : `${apps} has no ${lost}`;
  return new ActionError('not found', message, { hint: `Check the spelling. ${ALLOW_EMPTY}` });
}
