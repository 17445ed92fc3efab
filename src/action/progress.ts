import type { Clock } from '../clock.js';
import type { Progress } from '../commands/engine.js';
import type { MachineResult, Outcome } from '../commands/result.js';
import { count, formatDuration } from '../text.js';
import type { Log } from './log.js';
import { printedLines } from './printed-lines.js';
import { safeLine, shortened } from './safe-text.js';

const EVERY_MS = 10_000;
/** The runner shows ten warnings of a step; its report has some to say as well. */
const MOST_WARNINGS = 3;
const LONGEST_NAME = 100;
const LONGEST_TEXT = 1_000;

/** Tells of the work in the log as it goes on: a group with a line per machine, and how far it is every ten seconds. */
export function runnerProgress(log: Log, clock: Clock): Progress {
  let work: Tally | undefined;
  let ticking = new AbortController();
  let warnings = 0;

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
    begin(doing, machines, past = 'done') {
      log.startGroup(`${doing} ${count(machines, 'machine')}`);
      work = new Tally(machines, past, clock.now());
      ticking = new AbortController();
      void tick(work, ticking.signal);
    },
    done(result) {
      work?.add(result.outcome);
      log.info(progressLine(result, work?.past));
      for (const line of printedLines(result.exec)) log.info(line);
    },
    end() {
      ticking.abort();
      if (work !== undefined) log.endGroup();
      work = undefined;
    },
    tell: (line) => log.info(line),
    warn(line) {
      warnings += 1;
      if (warnings <= MOST_WARNINGS) log.warning(line);
      else log.info(`Warning: ${line}`);
    },
  };
}

/** A machine's line in the log as soon as it is done; `past` says what was done where its state doesn't show it. */
export function progressLine(result: MachineResult, past = 'changed'): string {
  return safeLine(storyOf(result, past));
}

function storyOf(result: MachineResult, past: string): string {
  const { machine, state, outcome, reason, durationMs, error } = result;
  const [id, name, region] = [machine.id, machine.name, machine.region].map((text) =>
    shortened(text, LONGEST_NAME),
  );
  const who = [id, name, region === '' ? '' : `(${region})`].filter((it) => it !== '').join(' ');
  const took = durationMs > 0 ? `, ${formatDuration(durationMs)}` : '';
  if (outcome === 'failed') return `${who}: failed${took}${after(error?.headline ?? reason, ': ')}`;
  if (outcome !== 'changed') return `${who}: ${outcome}${after(reason, ', ')}${took}`;
  if (machine.state !== state) return `${who}: ${machine.state} → ${state}${after(reason, ', ')}${took}`;
  return `${who}: ${reason === '' ? past : shortened(reason, LONGEST_TEXT)}${took}`;
}

function after(text: string, separator: string): string {
  return text === '' ? '' : separator + shortened(text, LONGEST_TEXT);
}

/** How many machines have come to what. */
class Tally {
  readonly past: string;
  readonly #machines: number;
  readonly #since: number;
  readonly #numbers = new Map<Outcome, number>();

  constructor(machines: number, past: string, since: number) {
    this.past = past;
    this.#machines = machines;
    this.#since = since;
  }

  add(outcome: Outcome): void {
    this.#numbers.set(outcome, this.#of(outcome) + 1);
  }

  /** `37 of 200 started, 2 failed, 41 s` */
  line(now: number): string {
    const well = this.#of('changed') + this.#of('unchanged');
    const others = (['requested', 'skipped', 'failed'] as const).filter((outcome) => this.#of(outcome) > 0);
    return [
      `${well} of ${this.#machines} ${this.past}`,
      ...others.map((outcome) => `${this.#of(outcome)} ${outcome}`),
      formatDuration(now - this.#since),
    ].join(', ');
  }

  #of(outcome: Outcome): number {
    return this.#numbers.get(outcome) ?? 0;
  }
}
