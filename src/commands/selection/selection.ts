import { ActionError } from '../../errors.js';
import { tallied } from '../../group-by.js';
import { nearMiss } from '../../near-miss.js';
import { enumerated, excerpt } from '../../text.js';
import { markOf } from '../marks/mark.js';
import type { AppMachine } from '../result/app-machine.js';
import {
  type Filter,
  filtersOf,
  fittingEach,
  hasMetadata,
  ID,
  isCalled,
  namesIn,
  passes,
} from './filters.js';
import type { Selector } from './selector.js';

/** Returns the message for a command that changes machines and was not told which. `verb` is the command's: `stop`. */
export function nothingChosen(verb: string): string {
  return `No machines chosen to ${verb}: set \`machines\` (ids, names or \`all\`) or a filter (\`process-group\`, \`region\`, \`state\`, \`metadata\`, \`marked\`).`;
}

/** Machine that the filters chose. */
export interface Selected {
  readonly machine: AppMachine;
  /** True where it was named by its id, which lifts every guard. */
  readonly named: boolean;
  /** Reason why it is left alone although the filters chose it; undefined where it isn't. */
  readonly excluded: string | undefined;
}

/** Returns whether anything in the selector narrows the choice; commands that change machines insist on it. */
export function narrows({ machines, region, processGroup, state, metadata, marked }: Selector): boolean {
  return (
    machines !== 'auto' ||
    [region, processGroup, state, metadata, marked].some((filter) => filter !== undefined)
  );
}

/**
 * Chooses among the machines that were listed, in their order. Unless `allowEmpty`, throws a `not found` error for a
 * name, region, group or metadata that no machine has, most likely a typo, and when no machine passes all filters at
 * once. A filter by state may leave nothing.
 */
export function select(machines: readonly AppMachine[], selector: Selector): Selected[] {
  const filters = filtersOf(selector);
  const chosen = machines.filter((machine) => filters.every((filter) => passes(machine, filter)));
  if (!selector.allowEmpty) {
    for (const filter of filters) requireHit(filter, machines);
    const isAsked = namesIn(selector)?.length !== 0;
    if (chosen.length === 0 && machines.length > 0 && isAsked) {
      const each = `No machine fits all the filters at once (${fittingEach(machines, filters)})`;
      throw new ActionError('not found', each, { hint: ALLOW_EMPTY });
    }
  }
  return chosen
    .filter(({ state }) => selector.state?.includes(state) ?? true)
    .map((machine) => ({
      machine,
      named: namesIn(selector)?.includes(machine.id) ?? false,
      excluded:
        exclusionOf(machine, selector.exclude ?? []) ?? openExclusionOf(machine, selector.exclude ?? []),
    }));
}

/**
 * Throws a `not found` error, unless `allowEmpty`, for an excluded id or name that no listed machine has: a misspelt one
 * would let the step change just that machine. Excluded metadata may match nothing.
 */
export function requireExclusions(machines: readonly AppMachine[], selector: Selector): void {
  if (selector.allowEmpty) return;
  const lost = idleExclusions(machines, selector).filter((value) => !value.includes('='));
  if (lost.length === 0) return;
  const apps = [...new Set(machines.map(({ app }) => app))];
  const where =
    apps.length === 0
      ? 'there are no machines at all'
      : `no machine of ${enumerated(apps)} has that id or name`;
  const colon = lost.some((value) => value.includes(':')) ? 'Metadata is written `key=value`. ' : '';
  const known = [...new Set(machines.map(({ name }) => name))].sort();
  const there = known.length === 0 ? '' : `There is ${enumerated(known)}. `;
  throw new ActionError('not found', `\`exclude\` names ${excerpt(enumerated(lost))}, but ${where}`, {
    hint: `Check the spelling; ids and names are compared as a whole. ${colon}${there}${ALLOW_EMPTY}`,
  });
}

/** Returns the exclusions that match no machine. */
function idleExclusions(machines: readonly AppMachine[], { exclude = [] }: Selector): string[] {
  return exclude.filter((value) => !machines.some((machine) => exclusionOf(machine, [value]) !== undefined));
}

/** Returns notices about a choice that went well: filters that left nothing, exclusions that match nothing. */
export function noticesOf(
  machines: readonly AppMachine[],
  selected: readonly Selected[],
  selector: Selector,
): string[] {
  const idle = idleExclusions(machines, selector);
  const states = machines.length === 0 ? '' : ` (${tallied(machines.map(({ state }) => state)).join(', ')})`;
  return [
    ...(selector.marked === undefined
      ? []
      : strangeMarks(
          selected.map(({ machine }) => machine),
          selector.marked,
        )),
    ...(idle.length > 0 ? [`\`exclude\` names ${excerpt(enumerated(idle))}, which matches no machine.`] : []),
    ...(selected.length === 0
      ? [`No machine was selected${whyEmpty(machines, selector)}; there are ${machines.length}${states}.`]
      : []),
  ];
}

/** Returns a notice of machines, all of which bear a mark, where that is of another form than ours. */
export function strangeMarks(machines: readonly AppMachine[], marked: string): string[] {
  const strange = machines.filter((machine) => markOf(machine, marked)?.at === undefined);
  if (strange.length === 0) return [];
  const ids = enumerated(strange.map(({ id }) => id));
  return [`The mark \`${marked}\` of ${ids} is of another form; it counts as one of what was put down.`];
}

/** Says why no machine is left: `, since none is in state failed`. */
function whyEmpty(machines: readonly AppMachine[], selector: Selector): string {
  if (machines.length === 0) return '';
  if (namesIn(selector)?.length === 0) return ', since `machines` is an empty list';
  const filters = filtersOf(selector).filter(({ values }) => values !== undefined);
  const isFitting = machines.some((machine) => filters.every((filter) => passes(machine, filter)));
  if (!isFitting) return `, since none fits (${fittingEach(machines, filters)})`;
  const none = filters.length === 0 ? 'none' : 'none that fits otherwise';
  return `, since ${none} is in state ${(selector.state ?? []).join(' or ')}`;
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
  const near = lost.flatMap((value) => nearMiss(value, there) ?? []).slice(0, 1);
  const known = there.length === 0 ? '' : `There is ${enumerated(there)}. `;
  const hint = ['Check the spelling.', ...near, `${known}${ALLOW_EMPTY}`].join(' ');
  throw new ActionError('not found', message, { hint });
}

const ALLOW_EMPTY = 'To accept an empty choice, set `allow-empty: true`.';

function exclusionOf(machine: AppMachine, exclude: readonly string[]): string | undefined {
  const hit = exclude.find((value) =>
    value.includes('=') ? hasMetadata(machine, value) : isCalled(machine, value),
  );
  return hit === undefined ? undefined : `excluded by ${hit}`;
}

/** Returns the reason of a machine of which nothing tells whether it is excluded: Fly has lost its name (flyctl#1302). */
function openExclusionOf(machine: AppMachine, exclude: readonly string[]): string | undefined {
  const open = machine.name === '' ? exclude.find((value) => !ID.test(value)) : undefined;
  return open === undefined ? undefined : `may be excluded by ${open}: Fly does not tell its name`;
}
