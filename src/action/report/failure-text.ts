import { appList, type CommandResult } from '../../commands/result/result.js';
import type { ActionError } from '../../errors.js';
import { count } from '../../text.js';
import { safeLine, safeLines, shortened } from '../runner/safe-text.js';
import { classCounts, failedMachines } from './failed-machines.js';
import { machineName } from './machine-line.js';

const MOST_MACHINES = 10;
const MOST_APPS = 5;
const LONGEST_NAME = 60;
const LONGEST_APPS = 120;
/** The runner cuts an annotation at 4096 characters. */
const MOST_CHARACTERS = 4_000;
/** Of what came back or an advice, while there is room. */
const LONGEST_PART = 600;
const SHORTEST_PART = 20;

/** One annotation for all that failed. */
export interface FailureText {
  readonly title: string;
  readonly text: string;
}

/**
 * Tells of all failures at once: those of the step as a whole, apps that could not be read, and machines, with what
 * came back and, below those it is for, what to change. Up to ten machines are named, of each advice some; the rest
 * is counted by class, and `seeAll` says where that is. Undefined when nothing failed.
 */
export function failureText(
  command: string,
  result: CommandResult,
  seeAll?: string,
): FailureText | undefined {
  const { failures, apps } = result;
  const machines = failedMachines(result.machines);
  const steps = failures.filter(({ app }) => app === undefined).map(({ error }) => error);
  const unread = failures.flatMap(({ app, error }) =>
    app === undefined ? [] : { who: `app ${shortened(safeLine(app), LONGEST_NAME)}`, id: app, error },
  );
  const [first] = steps;
  const isStepAlone = machines.length + unread.length === 0;
  if (isStepAlone && first === undefined) return undefined;
  const where = `in ${shortened(appList(apps), LONGEST_APPS)}`;
  const counts = [
    ...(isStepAlone ? [first?.class] : []),
    ...(machines.length > 0 ? [`${machines.length} of ${result.machines.length} failed ${where}`] : []),
    ...(unread.length > 0 ? [`${unread.length} of ${count(apps.length, 'app')} could not be read`] : []),
  ];
  const withApp = apps.length > 1;
  const failed = machines.map(({ machine, error }) => ({
    who: machineName(machine, withApp),
    id: machine.id,
    error,
  }));
  const parts = [
    ...told(unread, { most: MOST_APPS, noun: ' apps' }),
    ...told(failed, { most: MOST_MACHINES, noun: '', seeAll }),
  ];
  const whole = steps.flatMap(wholeLines).map((line) => safeLine(line));
  return {
    title: `fly ${command}: ${counts.join(', ')}`,
    text: [...whole, ...fitted(parts, MOST_CHARACTERS - whole.join('\n').length)].join('\n'),
  };
}

/** The lines of an error of the step as a whole: only errors of input have several, and hold no stranger's text. */
export function wholeLines({ class: errorClass, line }: ActionError): string[] {
  return errorClass === 'input' ? safeLines(line).split('\n') : [safeLine(line)];
}

/** A machine or an app that failed. */
interface Entry {
  readonly who: string;
  readonly id: string;
  readonly error: ActionError;
}

/** A line whose middle may be cut. */
interface Part {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
}

/** So many of the entries in groups of the same advice, which stands below each, and how many more there are. */
function told(
  entries: readonly Entry[],
  { most, noun, seeAll }: { most: number; noun: string; seeAll?: string | undefined },
): Part[] {
  const { named, rest } = spread(entries, most);
  const groups = grouped(named);
  const parts = [...groups].flatMap(([advice, group]) => {
    const [{ error: { hint = '' } = {} } = {}] = group;
    const middle = safeLine(group.length > 1 ? advice : hint);
    return [...group.map(partOf), ...(middle === '' ? [] : [{ head: '→ ', middle, tail: '' }])];
  });
  if (rest.length === 0) return parts;
  const where = seeAll === undefined ? '' : `; see ${seeAll}`;
  return [
    ...parts,
    { head: `…and ${rest.length} more${noun}: ${classCounts(rest)}${where}`, middle: '', tail: '' },
  ];
}

function partOf({ who, error }: Entry): Part {
  const request = shortened(safeLine(error.requestId ?? ''), LONGEST_NAME);
  return {
    head: `${who}: ${error.class}: `,
    middle: safeLine(error.message),
    tail: request === '' ? '' : ` (request ${request})`,
  };
}

/** Takes the first of every advice before the second of any, so that no frequent failure hides a rare one. */
function spread(entries: readonly Entry[], most: number): { named: Entry[]; rest: Entry[] } {
  const turns = [...grouped(entries).values()].flatMap((group) =>
    group.map((entry, turn) => ({ entry, turn })),
  );
  const inTurn = turns.sort((a, b) => a.turn - b.turn).map(({ entry }) => entry);
  return { named: inTurn.slice(0, most), rest: inTurn.slice(most) };
}

/** By advice; one that differs in the machine's own id alone is the same. */
function grouped(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { hint = '' } = entry.error;
    const advice = hint.replace(/[\w-]+/g, (word) => (word === entry.id ? '<id>' : word));
    const group = groups.get(advice);
    if (group === undefined) groups.set(advice, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** The parts as lines; the longest middles are cut until all together are no longer than `most`. */
function fitted(parts: readonly Part[], most: number): string[] {
  let longest = LONGEST_PART;
  const lines = () => parts.map(({ head, middle, tail }) => `${head}${shortened(middle, longest)}${tail}`);
  while (longest > SHORTEST_PART && lines().join('\n').length > most) longest -= 10;
  return lines();
}
