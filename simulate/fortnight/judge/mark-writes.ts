import type { Happening } from '../../../emulator/happening.js';
import type { Check, View } from '../../checks/check.js';
import { heldWithin, isBy, type Life } from '../../checks/view/life.js';
import type { ProcessRun } from '../../history/history.js';
import { isOfDown, markIn } from './facts.js';
import { lastSeen } from './moments.js';
import { DOWN, inputOf, isAbout, isCalmRun, markNameOf, ordersOf, UP } from './step-facts.js';

type Write = Extract<Happening, { kind: 'metadata' }>;

/** Milliseconds between the time in a mark and its arrival, trouble on the way included. */
const LATE_MS = 10 * 60_000;
const STATES_UP = ['started', 'starting', 'restarting', 'replacing'];
const STATES_DOWN = [
  'stopped',
  'stopping',
  'suspended',
  'suspending',
  'failed',
  'destroying',
  'destroyed',
  'replacing',
];

/** Looks at each write of a mark by a step: whether that step may write it, and whether the opposite had been done where it takes one off. */
export const markWrites: Check = {
  name: 'marks come and go in turn',
  promise:
    'A step writes only marks of its own name, onto machines that it is about to change, and takes a mark off only with the opposite, or its own from a machine that it has left as it was.',
  look(view, report) {
    const runs = new Map(view.history.runs.map((it) => [it.id, it]));
    for (const life of view.lives.values())
      for (const it of life.happenings) {
        if (it.kind !== 'metadata' || !it.key.startsWith('marked-') || it.cause.kind !== 'request') continue;
        const run = runs.get(it.cause.by);
        if (run === undefined) continue;
        report.seen();
        const wrong =
          it.after === undefined ? wrongRemoval(view, run, life, it) : wrongMark(view, run, life, it);
        if (wrong !== undefined)
          report.found(`${it.key} ${it.after === undefined ? 'taken off' : 'written'}, but ${wrong}`, {
            run: run.id,
            machine: life.id,
            time: it.at,
          });
      }
  },
};

/** Words that each command's marks may have. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  stop: ['stopped'],
  suspend: ['suspended', 'stopped'],
  hours: ['stopped', 'suspended'],
  start: ['started'],
  'stop-idle': ['stopped', 'suspended'],
};

function wrongMark(view: View, run: ProcessRun, life: Life, { key, after, at }: Write): string | undefined {
  const { command } = run.step;
  const mark = markIn(after);
  if (!isAbout(run, life)) return 'the step is about others';
  // What its own mark had replaced comes back with a machine that it has left as it was.
  const isReplaced = (it: Happening) => it.kind === 'metadata' && it.key === key && it.before === after;
  if (life.happenings.some((it) => isReplaced(it) && it.at < at && isBy(it, run.id))) return undefined;
  if (mark === undefined || mark.at === undefined || Math.abs(at - mark.at) > LATE_MS)
    return `it is no mark of now: ${after}`;
  if (key === 'marked-idle') {
    if (command !== 'stop-idle' || inputOf(run, 'announce') === undefined)
      return 'the step announces nothing';
    return mark.word === 'announced' ? undefined : `it says ${mark.word}`;
  }
  const name = markNameOf(run);
  if (key !== `marked-${name}`) return `the step marks ${name ?? 'nothing'}`;
  if (WORDS[command]?.includes(mark.word) !== true) return `it says ${mark.word}`;
  const states = statesSeen(view, run, life, at);
  const isRewritten = wroteBefore(life, run, key, at);
  const wasUp = isRewritten || states.some((it) => STATES_UP.includes(it));
  if (DOWN.has(command) && !wasUp) return 'the machine was down already';
  const isFollowed = ordersOf(view, run).some(
    ({ machine, exchange }) => machine === life.id && exchange.at >= at,
  );
  const isUndone = life.happenings.some(
    (it) => it.kind === 'metadata' && it.key === key && it.at > at && isBy(it, run.id),
  );
  if (isFollowed || isUndone || isRewritten || !isCalmRun(view, run)) return undefined;
  return 'nothing was done to the machine';
}

function wrongRemoval(
  view: View,
  run: ProcessRun,
  life: Life,
  { key, before, at }: Write,
): string | undefined {
  // What it wrote itself it may take back.
  if (wroteBefore(life, run, key, at)) return undefined;
  if (!isAbout(run, life)) return 'the step is about others';
  const { command } = run.step;
  const states = statesSeen(view, run, life, at);
  if (command === 'label') return undefined;
  if (isOfDown(markIn(before))) {
    if (!UP.has(command)) return `${command} is not the opposite`;
    return states.includes('started') || inputOf(run, 'wait') === 'false'
      ? undefined
      : `the machine was ${states.join(', ')}`;
  }
  if (!DOWN.has(command)) return `${command} is not the opposite`;
  return states.some((it) => STATES_DOWN.includes(it)) ? undefined : `the machine was ${states.join(', ')}`;
}

/** Returns whether a run had written a mark before: a deploy may have written over it since. */
function wroteBefore({ happenings }: Life, run: ProcessRun, key: string, at: number): boolean {
  return happenings.some(
    (it) =>
      it.kind === 'metadata' && it.key === key && it.at < at && it.after !== undefined && isBy(it, run.id),
  );
}

/** Returns the states that a machine had between a run's last look at it and a time. */
function statesSeen(view: View, run: ProcessRun, life: Life, at: number): string[] {
  return heldWithin(life.states, lastSeen(view, run, life, at), at).map(({ is }) => is);
}
