import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import type { Life } from '../view/life.js';

/** Statuses that say that there was trouble, and nothing about the machine. */
const TROUBLE: ReadonlySet<number> = new Set([401, 408, 429]);

/** Returns whether faults have told a run, in Fly's words and more than once, that a machine or its app isn't there. */
export function wasDenied(run: ProcessRun, { app, id }: Life, view: View): boolean {
  const denials = view.sentBy(run).filter(({ isClear, app: its, machine, exchange: { reply } }) => {
    if (isClear || its !== app || (machine !== id && machine !== '')) return false;
    return !('fault' in reply) && (reply.status === 400 || reply.status === 404);
  });
  return denials.length > 1;
}

/**
 * Returns whether some of these processes were told something about a machine that isn't true: by a fault that spoke in
 * Fly's words, or because Fly itself shows next to nothing of the machine.
 */
export function wereMisled(runs: readonly ProcessRun[], { spec, id, app }: Life, view: View): boolean {
  if (spec?.behaviour?.zombie === true) return true;
  return runs.some((run) =>
    view.sentBy(run).some(({ isClear, machine, app: its, exchange: { reply } }) => {
      if (isClear || its !== app || (machine !== id && machine !== '')) return false;
      return !('fault' in reply) && reply.status < 500 && !TROUBLE.has(reply.status);
    }),
  );
}
