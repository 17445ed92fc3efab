import type { VirtualClock } from '../../emulator/virtual-clock.js';
import type { Dice } from '../../fuzz/dice.js';
import { post } from '../../src/action/post.js';
import { run } from '../../src/action/run.js';
import type { ProcessRun } from '../history/history.js';
import { SimulatedProcess, type Surroundings } from '../host/process.js';
import type { ActionStep } from '../script/script.js';

/** Longest time in milliseconds that a process may take before it counts as hung: more than any `timeout`. */
const HANGS_AFTER_MS = 25 * 3_600_000;

/** A process to start. */
export interface Start {
  readonly surroundings: Surroundings;
  readonly job: string;
  /** Number of the step in its job, from 0. */
  readonly place: number;
  readonly part: ProcessRun['part'];
  readonly step: ActionStep;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after its begin at which it dies. */
  readonly diesAfterMs: number | undefined;
}

/** A process under way, and what is known of it in the end. */
export interface UnderWay {
  readonly process: SimulatedProcess;
  readonly done: Promise<ProcessRun>;
}

/** Starts a step or its post through the action's own entry. */
export function startProcess(clock: VirtualClock, start: Start): UnderWay {
  const { surroundings, part, step, env } = start;
  const process = new SimulatedProcess(surroundings);
  const over = new AbortController();
  const limit = (ms: number, end: 'died' | 'hung') =>
    clock.sleep(ms, over.signal).then(
      () => process.over(end),
      () => undefined, // It ended before.
    );
  if (start.diesAfterMs !== undefined) void limit(start.diesAfterMs, 'died');
  void limit(HANGS_AFTER_MS, 'hung');
  let succeeded: boolean | undefined;
  let threw: string | undefined;
  const { host } = process;
  const shell = { ...host, env, temp: surroundings.runner.temp };
  const work =
    part === 'post'
      ? post(shell)
      : run(step.isRoot ? undefined : step.command, {
          ...shell,
          scratch: surroundings.runner.temp,
          flyToml: () => undefined,
        }).then((it) => {
          succeeded = it;
        });
  const ended = work.then(
    () => process.over('done'),
    (error: unknown) => {
      threw = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.over('done');
    },
  );
  const done = Promise.race([ended, process.forced]).then(() => {
    over.abort();
    return record(start, process, { succeeded, threw });
  });
  return { process, done };
}

function record(
  { job, place, part, step }: Start,
  process: SimulatedProcess,
  { succeeded, threw }: { succeeded: boolean | undefined; threw: string | undefined },
): ProcessRun {
  const { id, startedAt, endedAt, end = 'hung', cancelledAt, paper, handedOn, afterEnd } = process;
  return {
    id,
    job,
    place,
    part,
    step,
    startedAt,
    endedAt,
    end,
    ...(cancelledAt !== undefined && { cancelledAt }),
    ...(succeeded !== undefined && end === 'done' && { succeeded }),
    ...(threw !== undefined && { threw }),
    printed: paper.printed,
    masks: paper.masks,
    outputs: handedOn.outputs,
    state: handedOn.state,
    exported: handedOn.exported,
    summary: handedOn.summary(),
    afterEnd,
  };
}

/** Returns chance of a process's own, so that what one draws moves no other. */
export type DiceOf = (name: string) => Dice;
