import type { Deed } from '../script/script.js';
import type { Stage } from './stage.js';

/** Does the deeds of others, each at its time, until all is over. Returns the places of those that were refused or came to nothing. */
export async function doDeeds(stage: Stage, over: AbortSignal): Promise<readonly number[]> {
  const { script, clock } = stage;
  const refused: number[] = [];
  const inOrder = [...script.others.entries()].sort(([, a], [, b]) => a.at - b.at);
  for (const [place, deed] of inOrder) {
    try {
      await clock.sleep(Math.max(0, script.start + deed.at - clock.now()), over);
    } catch {
      break; // All jobs are over.
    }
    if (!done(stage, deed)) refused.push(place);
  }
  return refused;
}

/** Does a deed and returns whether it was taken on. */
function done({ fly }: Stage, { app, machine, does }: Deed): boolean {
  switch (does) {
    case 'visit':
      fly.visitMachine(app, machine);
      return true;
    default:
      return false;
  }
}
