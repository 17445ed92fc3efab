import type { Dice } from '../../fuzz/dice.js';
import type { Host } from '../../src/action/runner/host.js';
import type { Clock } from '../../src/clock.js';
import { ActionError } from '../../src/errors.js';
import type { Files } from '../../src/files/files.js';
import { filesIn } from '../../src/files/folder.js';
import type { HttpRequest, HttpResponse } from '../../src/http/transport.js';
import type { ProcessRun } from '../history/history.js';
import type { ScriptJob } from '../script/script.js';
import { createHandedOn, type HandedOn } from './handed-on.js';
import type { MemoryDisk } from './memory-disk.js';
import { createPaper, type Paper } from './paper.js';
import type { RunnerHost } from './runner-host.js';

/** Most bytes that one call writes, so that a process can die within a file. */
const MOST_AT_ONCE = 2_000;

/** End of a process. */
export type ProcessEnd = ProcessRun['end'];

/** Surroundings that a process is started in. */
export interface Surroundings {
  readonly id: string;
  /** Clock of the world, and that of its runner. */
  readonly world: Clock;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly runner: RunnerHost;
  /** Number of the write to the disk in which it dies. */
  readonly diesAtWrite?: number | undefined;
  readonly lacks: NonNullable<ScriptJob['lacks']>;
  readonly send: (request: HttpRequest, by: string) => Promise<HttpResponse>;
}

/**
 * Process of the action, simulated in this one. As soon as it has ended, by itself or by force, nothing that its code
 * still does reaches anything: requests are not sent, and files refuse. Once it was forced, nothing comes back to its code
 * either; after an end of its own, what was under way does, so that code which goes on all the same is heard of.
 */
export class SimulatedProcess {
  readonly paper: Paper;
  readonly handedOn: HandedOn;
  readonly afterEnd: { at: number; what: string }[] = [];
  /** Resolves as soon as it is ended by force. */
  readonly forced: Promise<void>;
  readonly startedAt: number;
  end: ProcessEnd | undefined;
  endedAt = 0;
  cancelledAt: number | undefined;
  readonly #surroundings: Surroundings;
  readonly #cancelled = new AbortController();
  #tellForced: () => void = () => undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.startedAt = surroundings.world.now();
    const isOver = () => this.end !== undefined;
    this.paper = createPaper(() => surroundings.world.now(), isOver);
    this.handedOn = createHandedOn(surroundings.lacks, isOver);
    this.forced = new Promise((resolve) => {
      this.#tellForced = resolve;
    });
  }

  get id(): string {
    return this.#surroundings.id;
  }

  /** Surroundings as the action's own code gets them. */
  get host(): Omit<Host, 'env'> & {
    readonly runner: HandedOn['runner'];
    readonly files: Files;
    readonly cancelled: AbortSignal;
    readonly unique: () => string;
  } {
    const { clock, dice, runner } = this.#surroundings;
    return {
      log: this.paper.log,
      runner: this.handedOn.runner,
      clock: { now: clock.now, sleep: (ms, signal) => this.#unlessForced(() => clock.sleep(ms, signal)) },
      transport: (request) => this.#send(request),
      jitter: () => dice.next(),
      unique: () => dice.bytes(8).toString('hex'),
      files: filesIn(runner.temp, this.#ownDisk()),
      cancelled: this.#cancelled.signal,
    };
  }

  /** Tells it that the job is cancelled; a process that has ended hears nothing. */
  cancel(): void {
    if (this.end !== undefined) return;
    this.cancelledAt ??= this.#surroundings.world.now();
    this.#cancelled.abort(new ActionError('cancelled', 'the job was cancelled'));
  }

  /** Ends it; the first end counts. */
  over(end: ProcessEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.endedAt = this.#surroundings.world.now();
    if (end !== 'done') this.#tellForced();
  }

  #send(request: HttpRequest): Promise<HttpResponse> {
    if (this.end === 'done') {
      this.afterEnd.push({
        at: this.#surroundings.world.now(),
        what: `${request.method} ${request.url.pathname}`,
      });
      return never();
    }
    return this.#unlessForced(() => this.#surroundings.send(request, this.id));
  }

  async #unlessForced<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isForced) return never();
    try {
      const result = await work();
      return this.#isForced ? never() : result;
    } catch (error) {
      if (!this.#isForced) throw error;
      return never();
    }
  }

  get #isForced(): boolean {
    return this.end !== undefined && this.end !== 'done';
  }

  /** Disk of the runner, which nobody reaches after the end; a process may die in the middle of a write. */
  #ownDisk(): MemoryDisk {
    const { runner, diesAtWrite = Number.POSITIVE_INFINITY } = this.#surroundings;
    let writes = 0;
    return runner.disk.seenBy({
      mostAtOnce: MOST_AT_ONCE,
      before: (call) => {
        if (call === 'write') writes += 1;
        if (writes >= diesAtWrite) this.over('died');
        if (this.end !== undefined && call !== 'close') throw new Error('the process has ended');
        return call === 'write' && runner.isFull ? 'ENOSPC' : undefined;
      },
    });
  }
}

/** Promise of a process that isn't there any more. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
