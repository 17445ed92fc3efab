import { OVER } from '../../../abort.js';
import type { Clock } from '../../../clock.js';
import type { Progress } from '../../../commands/engine/work-tools.js';
import type { MachineResult } from '../../../commands/result/result.js';
import { count } from '../../../text.js';
import type { Log } from '../../runner/log.js';
import { limitedLines, lineWidths, progressLine } from '../machine-line.js';
import type { Widths } from './columns.js';
import { printedLines } from './printed-lines.js';
import { Tally } from './tally.js';

const EVERY_MS = 10_000;
/** Most warnings during the work: the runner shows ten of a step, and its report has some of its own. */
const MOST_WARNINGS = 3;

/**
 * Logs the work as it goes on: groups for the machines that the plan leaves alone, a group with a line per machine for
 * the work itself, and every ten seconds a line that says how far it is.
 */
export function runnerProgress(log: Log, clock: Clock): Progress {
  let work: Tally | undefined;
  let ticking = new AbortController();
  let warnings = 0;
  let withApp = false;
  let widths: Widths = [];

  async function tick(tally: Tally, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await clock.sleep(EVERY_MS, signal);
      } catch {
        return; // The work is over.
      }
      log.info(tally.line(clock.now()));
    }
  }

  return {
    planned({ apps, verb, settled, tellsUnchanged }) {
      withApp = apps.length > 1;
      for (const [title, results] of settledGroups(settled, verb, tellsUnchanged)) {
        if (results.length === 0) continue;
        log.startGroup(`${title} ${count(results.length, 'machine')}`);
        const widths = lineWidths(results.map(({ machine }) => machine));
        for (const line of limitedLines(results, (it) => progressLine(it, { withApp, widths })))
          log.info(line);
        log.endGroup();
      }
    },
    begin(doing, machines, past = 'done') {
      log.startGroup(`${doing} ${count(machines.length, 'machine')}`);
      widths = lineWidths(machines);
      withApp ||= new Set(machines.map(({ app }) => app)).size > 1;
      work = new Tally({ machines, past, since: clock.now(), withApp });
      ticking = new AbortController();
      void tick(work, ticking.signal);
    },
    done(result) {
      work?.add(result);
      const past = work?.options.past;
      log.info(progressLine(result, { withApp, widths, ...(past !== undefined && { past }) }));
      for (const line of printedLines(result.exec)) log.info(line);
    },
    turn: (machine) => work?.turn(machine),
    round() {
      if (work !== undefined) log.info(work.line(clock.now()));
    },
    end() {
      ticking.abort(OVER);
      if (work !== undefined) log.endGroup();
      work = undefined;
    },
    tell: ({ id, app }, what) => log.info(`${id}${withApp ? ` in ${app}` : ''}: ${what}`),
    note: (line) => log.info(line),
    warn(line) {
      warnings += 1;
      if (warnings <= MOST_WARNINGS) log.warning(line);
      else log.info(`Warning: ${line}`);
    },
  };
}

/** Groups the machines that need no work under a title each. Those already in the state asked for are no news, mostly. */
function settledGroups(
  settled: readonly MachineResult[],
  verb: string,
  tellsUnchanged = false,
): readonly (readonly [string, readonly MachineResult[]])[] {
  const skipped = settled.filter(({ outcome }) => outcome === 'skipped');
  return [
    ['As it should be:', tellsUnchanged ? settled.filter(({ outcome }) => outcome === 'unchanged') : []],
    ['Left alone:', skipped.filter(({ wouldChange }) => wouldChange === undefined)],
    ["Can't be done:", settled.filter(({ outcome }) => outcome === 'failed')],
    [`Dry run: would ${verb}`, skipped.filter(({ wouldChange }) => wouldChange !== undefined)],
  ];
}
