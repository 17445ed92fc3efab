import type { Deadline } from '../deadline.js';
import { ActionError, isOfClass } from '../errors.js';
import { commandWord, formatDuration } from '../text.js';
import type { MachineRef } from './api/client.js';
import { type LookTools, look } from './look.js';
import { isLater } from './machine/events.js';
import type { Machine } from './machine/machine.js';
import { tellSince } from './machine/since-start.js';

/** Time kept free before the deadline for the look, in ms. */
const LOOK_MS = 1_000;
/** Pause in ms before a look that told nothing is repeated. */
const AGAIN_MS = 1_000;
/** Most looks at a machine that is down without a reason in its events: they may come a moment later, or never. */
const MOST_UNTOLD = 5;

/** Options of settling. */
export interface SettleWait {
  readonly machine: MachineRef;
  /** Machine as it was read when it was up. */
  readonly up: Machine;
  /** Time after which it is looked at once more, in milliseconds. */
  readonly ms: number;
  /** True: the whole time must pass. False: what is left until the deadline is enough. */
  readonly isFirm: boolean;
  readonly deadline: Pick<Deadline, 'left' | 'signal'>;
  /** Reports the machine each time it was read. */
  readonly seen?: (machine: Machine) => void;
  /** Reports that its process has ended by itself, well. */
  readonly ended?: () => void;
}

/**
 * Pauses, then looks at a machine that was up once more, and returns what there is to say of it: mostly nothing, or how it
 * has ended without a failure. Throws `wrong state` if it has failed since, and `timeout` if it couldn't be looked at, or
 * not for as long as is wanted.
 */
export async function waitUntilSettled(tools: LookTools, wait: SettleWait): Promise<string> {
  const { ms, isFirm, deadline } = wait;
  const pause = Math.min(ms, Math.max(0, deadline.left - LOOK_MS));
  try {
    await tools.clock.sleep(pause, deadline.signal);
    const what = await lookAgain(tools, wait);
    if (pause === ms || what !== '') return what;
    if (!isFirm) return `was looked at after ${formatDuration(pause)}, since the step had no more time`;
    // Most likely the deadline ends this, by now with a machine that is known to have been up until then.
    await tools.clock.sleep(ms - pause, deadline.signal);
    return await lookAgain(tools, wait);
  } catch (error) {
    if (!isOfClass(error, 'timeout')) throw error;
    const message = `${error.message}; it was to be looked at ${formatDuration(ms)} after it was up (\`settle\`)`;
    throw new ActionError('timeout', message, { hint: error.hint, cause: error });
  }
}

/** Looks until the machine's events tell what it has come to, and returns that. */
async function lookAgain(
  tools: LookTools,
  { machine, up, deadline, seen, ended }: SettleWait,
): Promise<string> {
  for (let untold = 0; ; ) {
    const now = await look(tools, machine, deadline.signal);
    // Fly's servers lag behind each other: an older state than we know already tells nothing.
    if (now !== undefined && !isLater(up.newestEvent, now.newestEvent)) {
      seen?.(now);
      const story = tellSince(now, up);
      if (story === undefined) return '';
      if (story !== 'untold' && story.isDone) {
        if (story.hasEnded) ended?.();
        return story.what;
      }
      if (story !== 'untold') throw fallen(now, story.what);
      untold += 1;
      if (untold >= MOST_UNTOLD) throw fallen(now, `is ${now.state}, and its events don't say why`);
    }
    await tools.clock.sleep(AGAIN_MS, deadline.signal);
  }
}

function fallen({ id }: Machine, what: string): ActionError {
  return new ActionError('wrong state', `machine ${id} did not stay up: it ${what}`, {
    hint: `\`fly logs\` and \`fly machine status ${commandWord(id)}\` show more.`,
  });
}
