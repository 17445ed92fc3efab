import { leavesPost } from '../../src/command-table.js';
import type { JobRun, ProcessRun } from '../history/history.js';
import { doToDisk, type RunnerHost } from '../host/runner-host.js';
import { skewedClock } from '../host/skewed-clock.js';
import { inputVariables, jobVariables, withTokens } from '../host/step-environment.js';
import type { ActionStep, ScriptJob, ScriptStep } from '../script/script.js';
import { startProcess, type UnderWay } from './processes.js';
import type { Stage } from './stage.js';

/** Milliseconds that a runner waits after the first signal of a cancel, and after the second. (actions/runner: ProcessInvoker.cs) */
const GRACE_MS = [7_500, 2_500] as const;
/** Milliseconds that a cancelled job has for its posts. */
const POSTS_MS = 300_000;

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
  readonly #over = new AbortController();
  /** Aborts as soon as the job is cancelled or its runner is lost. */
  readonly #ended = new AbortController();
  readonly #orphans: Promise<ProcessRun>[] = [];
  #isCancelled = false;
  #hasFailed = false;
  #exported: Readonly<Record<string, string>> = {};
  #current: UnderWay | undefined;

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
    const underWay = this.#start(step, place, 'main', { diesAfterMs: step.diesAfterMs, state: {} });
    const run = await this.#watched(underWay);
    const { state, exported } = underWay.process.handedOn;
    this.#exported = { ...this.#exported, ...exported };
    this.begun.push({ step, place, state });
    if (run?.succeeded !== true && step.goesOn !== true) this.#hasFailed = true;
  }

  /** Runs the post of a step, where its command has one. */
  async post({ step, place, state }: Begun): Promise<void> {
    if (step.isRoot !== true && !leavesPost(step.command)) return;
    const diesAfterMs = step.postDiesAfterMs;
    await this.#watched(this.#start(step, place, 'post', { diesAfterMs, state }));
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
  #giveUp: () => void = () => undefined;

  #start(
    step: ActionStep,
    place: number,
    part: ProcessRun['part'],
    { diesAfterMs, state }: { diesAfterMs: number | undefined; state: Readonly<Record<string, string>> },
  ): UnderWay {
    const { clock, network, script, tokens } = this.#stage;
    const { name, env, lacks = [] } = this.#job;
    const id = `${name}/${place}${part === 'post' ? '/post' : ''}`;
    const given = { ...env, ...inputVariables(step) };
    const left = Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]);
    const underWay = startProcess(clock, {
      job: name,
      index: place,
      part,
      step,
      diesAfterMs,
      env: {
        ...jobVariables(this.#job, place),
        ...withTokens(given, tokens),
        ...this.#exported,
        ...Object.fromEntries(left),
      },
      place: {
        id,
        lacks,
        world: clock,
        clock: skewedClock(clock, this.#job.clock, script.start),
        dice: this.#stage.diceOf(id),
        runner: this.#runner,
        diesAtWrite: part === 'main' ? step.diesAtWrite : undefined,
        send: network.send,
      },
    });
    void underWay.done.then((run) => this.#stage.runs.push(run));
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
