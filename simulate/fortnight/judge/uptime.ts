import type { Life } from '../../checks/view/life.js';

/** Run of a machine: from the start that somebody wanted until it went down, restarts and all. */
export interface UpRun {
  readonly began: number;
  /** True where a setting decides whether events show its begin: a request has kept it from being suspended. */
  readonly isVague: boolean;
}

const CARRY_ON: ReadonlySet<string> = new Set(['starting', 'restarting']);

/** Returns the run in which a machine is up at a time, or comes up; undefined while it is down. */
export function upRunAt({ states }: Life, time: number): UpRun | undefined {
  let run: UpRun | undefined;
  let before = '';
  let crashedAt: number | undefined;
  for (const { at, is, cause } of states) {
    if (at > time) break;
    // Fly starts a process that ended by itself anew in the same moment.
    const isSame = before === 'restarting' || (crashedAt === at && cause?.kind === 'machine');
    if (is === 'starting') {
      if (!isSame || run === undefined) run = { began: Number.NaN, isVague: false };
    } else if (is === 'started') {
      const isNew = run === undefined || Number.isNaN(run.began) || before === 'replacing';
      if (before === 'suspending') run = { began: at, isVague: true };
      else if (isNew || !CARRY_ON.has(before)) run = { began: at, isVague: false };
    } else if (is === 'stopped' && cause?.kind === 'machine' && before === 'started') {
      crashedAt = at;
    } else if (is !== 'restarting' && is !== 'suspending' && is !== 'stopping') run = undefined;
    before = is;
  }
  return before === 'started' || CARRY_ON.has(before) ? run : undefined;
}
