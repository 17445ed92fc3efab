import { appList, type CommandResult } from '../../commands/result/result.js';
import type { ActionError } from '../../errors.js';
import { besideName, count } from '../../text.js';
import { safeLine, safeLines, shortened } from '../runner/safe-text.js';
import { groupedByAdvice } from './advice.js';
import { classCounts, failedMachines } from './failed-machines.js';
import { machineName } from './machine-line.js';

const MOST_MACHINES = 10;
const MOST_APPS_TOLD = 5;
const LONGEST_MACHINE_NAME = 60;
const LONGEST_APP_LIST = 120;
/** Longest annotation in characters; the runner cuts one at 4096. */
const MOST_CHARACTERS = 4_000;
/** Longest message or advice in characters, while there is room. */
const LONGEST_PART = 600;
const SHORTEST_PART = 20;

/** Annotation that tells all failures of a step. */
export interface FailureText {
  readonly title: string;
  readonly text: string;
}

/**
 * Tells all failures in one annotation: of the step as a whole, of apps that could not be read, and of machines. Each
 * says what came back, and an advice below its machines says what to change. It names up to ten machines, some for each
 * advice, and counts the rest by class; `seeAll` says where to read them. Undefined when nothing failed.
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
    app === undefined ? [] : { who: `app ${shortened(safeLine(app), LONGEST_MACHINE_NAME)}`, id: app, error },
  );
  const [first] = steps;
  const isStepAlone = machines.length + unread.length === 0;
  if (isStepAlone && first === undefined) return undefined;
  const where = `in ${shortened(appList(apps), LONGEST_APP_LIST)}`;
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
    ...told(unread, { most: MOST_APPS_TOLD, noun: ' apps' }),
    ...told(failed, { most: MOST_MACHINES, noun: '', seeAll }),
  ];
  const whole = steps.flatMap(wholeLines).map((line) => safeLine(line));
  return {
    title: `fly ${command}: ${counts.join(', ')}`,
    text: [...whole, ...fitted(parts, MOST_CHARACTERS - whole.join('\n').length)].join('\n'),
  };
}

/** Returns the lines of an error of the step as a whole. Only `input` errors have several; they hold no text from outside. */
export function wholeLines({ class: errorClass, line }: ActionError): string[] {
  return errorClass === 'input' ? safeLines(line).split('\n') : [safeLine(line)];
}

/** Machine or app that failed. */
interface Entry {
  readonly who: string;
  readonly id: string;
  readonly error: ActionError;
}

/** Line whose middle may be cut. */
interface Part {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
}

/** Returns lines for up to `most` entries in groups, each above its advice, and a line that counts the other entries. */
function told(
  entries: readonly Entry[],
  { most, noun, seeAll }: { most: number; noun: string; seeAll?: string | undefined },
): Part[] {
  const { named, rest } = spread(entries, most);
  const groups = groupedByAdvice(named);
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

function partOf({ who, id, error }: Entry): Part {
  const request = shortened(safeLine(error.requestId ?? ''), LONGEST_MACHINE_NAME);
  return {
    head: `${who}: ${error.class}: `,
    middle: safeLine(besideName(error.message, id)),
    tail: request === '' ? '' : ` (request ${request})`,
  };
}

/** Picks the first entry of every advice before the second of any, so that no frequent failure hides a rare one. */
function spread(entries: readonly Entry[], most: number): { named: Entry[]; rest: Entry[] } {
  const turns = [...groupedByAdvice(entries).values()].flatMap((group) =>
    group.map((entry, turn) => ({ entry, turn })),
  );
  const inTurn = turns.sort((a, b) => a.turn - b.turn).map(({ entry }) => entry);
  return { named: inTurn.slice(0, most), rest: inTurn.slice(most) };
}

/** Returns the parts as lines. Cuts the longest middles until all together have at most `most` characters, if that can be. */
function fitted(parts: readonly Part[], most: number): string[] {
  let longest = LONGEST_PART;
  const lines = () => parts.map(({ head, middle, tail }) => `${head}${shortened(middle, longest)}${tail}`);
  while (longest > SHORTEST_PART && lines().join('\n').length > most) longest -= 10;
  return lines();
}
