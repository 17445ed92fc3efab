import type { Mutation } from '../mutation.js';

const STORY = 'src/machines/machine/since-start.ts';
const FOUND = ['started means staying up'];

/** Mistakes in the one more look at what a step has started. */
export const SETTLING: readonly Mutation[] = [
  {
    name: 'not-looked-at-again',
    tells:
      'A machine that crashes a second after its start is told as started, although the step waited five.',
    file: 'src/machines/settle.ts',
    search: '    const what = await lookAgain(tools, wait);',
    replace: "    const what = '';",
    found: FOUND,
  },
  {
    name: 'no-pause-unless-told',
    tells: 'A restart without checks is over as soon as a machine has started, though it crashes at once.',
    file: 'src/commands/engine/settling.ts',
    search: 'ms: isOurs && !isProven ? AUTO_MS : 0,',
    replace: 'ms: isOurs && isProven ? AUTO_MS : 0,',
    found: FOUND,
  },
  {
    name: 'lack-of-memory-forgiven',
    tells: 'A machine that runs out of memory right after its start is a success.',
    file: STORY,
    search: 'return outOfMemory || (',
    replace: 'return !outOfMemory && (',
    found: FOUND,
  },
  {
    name: 'crash-loop-forgiven',
    tells: 'A machine that crashes, and is started again by Fly, is a success.',
    file: STORY,
    search: '(!isOrdered(end) && (code !== 0 || restarting))',
    replace: '(!isOrdered(end) && code !== 0 && !restarting)',
    found: FOUND,
  },
  {
    name: 'stop-by-others-is-a-crash',
    tells: 'A start fails because another client stopped the machine a second later.',
    file: STORY,
    search: '  return { isDone: true, what: `${ORDERED',
    replace: '  return { isDone: false, what: `${ORDERED',
    found: FOUND,
  },
];
