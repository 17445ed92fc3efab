import { forManyListeners } from '../../src/clock.js';
import { leavesPost } from '../../src/command-table.js';
import type { JobRun, ProcessRun } from '../history/history.js';
import { doToDisk, type RunnerHost } from '../host/runner-host.js';
import type { ActionStep, ScriptJob, ScriptStep } from '../script/script.js';
import type { UnderWay } from './processes.js';
import type { Stage } from './stage.js';
import { startStep } from './start-step.js';

/** Milliseconds that a runner waits after the first signal of a cancel, and after the second. (actions/runner: ProcessInvoker.cs) */
const GRACE_MS = [7_500, 2_500] as const;
/** Milliseconds that a cancelled job has for its posts. */
const POSTS_MS = 300_000;

/** Controller whose signal may have any number of listeners. */
function manyListened(): AbortController {
  const controller = new AbortController();
  forManyListeners(controller.signal);
  return controller;
}

/** Step that was begun, and what it left for its post. */
export interface Begun {
  readonly step: ActionStep;
  readonly place: number;
  readonly state: Readonly<Record<string, string>>;
}

/** Course of a job under way. */
export class JobCourse {
  readonly begun: Begun[] = [];
  isLost = false;
  readonly #stage: Stage;
  readonly #job: ScriptJob;
  readonly #runner: RunnerHost;
  readonly #over = manyListened();
  /** Aborts as soon as the job is cancelled or its runner is lost. */
  readonly #ended = manyListened();
  readonly #orphans: Promise<ProcessRun>[] = [];
  #isCancelled = false;
  #hasFailed = false;
  #exported: Readonly<Record<string, string>> = {};
  #current: UnderWay | undefined;
  /** Lets the process under way live on by itself. */
  #giveUp: () => void = () => undefined;

  constructor(stage: Stage, job: ScriptJob) {
    this.#stage = stage;
    this.#job = job;
    this.#runner = stage.runner(job.runner);
    const { cancelAt, lostAt } = job;
    if (cancelAt !== undefined) void this.#at(cancelAt, () => this.#cancel(cancelAt));
    if (lostAt !== undefined) void this.#at(lostAt, () => this.#lose());
  }

  /** True where no further step is due but those that always are. */
  get hasEnded(): boolean {
    return this.#isCancelled || this.#hasFailed;
  }

  get conclusion(): JobRun['conclusion'] {
    if (this.isLost) return 'lost';
    if (this.#isCancelled) return 'cancelled';
    return this.#hasFailed ? 'failure' : 'success';
  }

  /** Waits, unless the job ends meanwhile. */
  async pause(ms: number): Promise<void> {
    await this.#stage.clock.sleep(ms, this.#ended.signal).catch(() => undefined);
  }

  /** Runs one step to its end. */
  async step(step: ScriptStep, place: number): Promise<void> {
    if (step.kind === 'pause') return this.pause(step.ms);
    if (step.kind === 'disk') return doToDisk(this.#runner, step.does);
    const underWay = this.#start('main', { step, place, state: {} });
    const run = await this.#watched(underWay);
    const { state, exported } = underWay.process.handedOn;
    this.#exported = { ...this.#exported, ...exported };
    this.begun.push({ step, place, state });
    if (run?.succeeded !== true && step.goesOn !== true) this.#hasFailed = true;
  }

  /** Runs the post of a step, where its command has one. */
  async post(begun: Begun): Promise<void> {
    const { isRoot, command } = begun.step;
    if (isRoot === true || leavesPost(command)) await this.#watched(this.#start('post', begun));
  }

  /** Waits for processes that live on, and ends what still waits for the job. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#orphans);
  }

  /** Waits until a process has ended or the runner gives it up; undefined for one that lives on. */
  async #watched(underWay: UnderWay): Promise<ProcessRun | undefined> {
    this.#current = underWay;
    const givenUp = new Promise<undefined>((resolve) => {
      this.#giveUp = () => {
        this.#orphans.push(underWay.done);
        resolve(undefined);
      };
    });
    const run = await Promise.race([underWay.done, givenUp]);
    this.#current = undefined;
    return run;
  }

  #start(part: ProcessRun['part'], begun: Begun): UnderWay {
    const underWay = startStep(this.#stage, this.#job, { part, exported: this.#exported, ...begun });
    void underWay.done.then((run) => {
      this.#stage.runs.push(run);
      this.#stage.ends.tell(run.id);
    });
    return underWay;
  }

  async #at(ms: number, then: () => void | Promise<void>): Promise<void> {
    const { clock, script } = this.#stage;
    await this.#sleepUntil(script.start + ms, clock.now());
    if (!this.#over.signal.aborted) await then();
  }

  async #sleepUntil(at: number, now: number): Promise<void> {
    await this.#stage.clock.sleep(Math.max(0, at - now), this.#over.signal).catch(() => undefined);
  }

  async #cancel(at: number): Promise<void> {
    const { clock, script } = this.#stage;
    this.#isCancelled = true;
    this.#ended.abort();
    await this.#end(this.#current);
    await this.#sleepUntil(script.start + at + POSTS_MS, clock.now());
    if (!this.#over.signal.aborted) await this.#end(this.#current);
  }

  /** Ends a process as a runner does: signals, each with its grace, then by force. One that no signal reaches lives on. */
  async #end(underWay: UnderWay | undefined): Promise<void> {
    if (underWay === undefined) return;
    const { clock } = this.#stage;
    const isReached = this.#job.cancelReach !== 'none';
    for (const ms of GRACE_MS) {
      if (isReached) underWay.process.cancel();
      await clock.sleep(ms, this.#over.signal).catch(() => undefined);
    }
    if (underWay.process.end !== undefined) return;
    if (isReached) underWay.process.over('killed');
    else this.#giveUp();
  }

  #lose(): void {
    this.isLost = true;
    this.#ended.abort();
    this.#current?.process.over('lost');
  }
}
