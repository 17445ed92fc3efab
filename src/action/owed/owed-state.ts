import { createHash } from 'node:crypto';
import type { Files } from '../../files/files.js';
import type { Job } from '../access/job.js';
import type { Environment } from '../runner/environment.js';

const OWED_NAME = /^fly-machines-owed-([0-9a-f]{16})-([0-9a-f]{32})\.jsonl$/;
/** Name of the signed line that says that this was undone; no state has this name. */
const DONE = ' done';
/** Name of the signed line that says which machines of this need no second try. */
const SETTLED = ' settled';
/** Name of the line that says how many steps were there before. */
const PLACE = ' place';

/** State that a step has left to undo, as its post would find it in the environment. */
export interface OwedState {
  readonly step: string;
  /** Variables of the state: `STATE_restore`, … */
  readonly env: Environment;
  /** True once a post of this job has undone it. */
  readonly isDone: boolean;
  /** Machines, by `keyOf`, that a post of this job has put back or left alone, though others of the step are still owed. */
  readonly settled: ReadonlySet<string>;
}

/**
 * Second copy of the state that steps save, in files of RUNNER_TEMP. If a job uses a composite action twice, the runner
 * gives both posts the state of the last use. Each step has one file, which grows line by line as the runner's own does.
 */
export class OwedStates {
  readonly #files: Files;
  readonly #job: Pick<Job, 'name' | 'seal'>;

  private constructor(files: Files, job: Pick<Job, 'name' | 'seal'>) {
    this.#files = files;
    this.#job = job;
  }

  /** Returns the states of this job; undefined if nothing tells it from other jobs. */
  static of(job: Pick<Job, 'name' | 'seal'>, files: Files | undefined): OwedStates | undefined {
    return files === undefined || job.name === undefined ? undefined : new OwedStates(files, job);
  }

  /** Returns a step's own copy. The first `save` begins its file; `save` throws if it can't be written. */
  copyOf(unique: string): { readonly step: string; save(name: string, value: string): void } {
    const step = hashOf(unique).slice(0, 32);
    let isBegun = false;
    const save = (name: string, value: string) => {
      if (!isBegun) this.#append(step, PLACE, String(this.#steps().length), { isNew: true });
      isBegun = true;
      this.#append(step, name, value);
    };
    return { step, save };
  }

  /** Marks a step's state as undone, so that no other post undoes it. Throws if its file can't be written, or is gone. */
  done(step: string): void {
    this.#append(step, DONE, this.#job.seal.sealed(`done ${step}`, ''));
  }

  /** Marks machines of a step, by `keyOf`, as settled, and those alone. Throws as `done` does. */
  settle(step: string, machines: Iterable<string>): void {
    const text = JSON.stringify([...machines]);
    this.#append(step, SETTLED, this.#job.seal.sealed(`settled ${step}`, text));
  }

  /** Returns all states that this job's steps have left, the latest first. Skips files that aren't private or in our form. */
  all(): OwedState[] {
    return this.#steps()
      .flatMap((step) => {
        const saved = savedIn(this.#files.read(this.#name(step)).text ?? '');
        return saved.has(PLACE) ? [{ step, saved, place: Number(saved.get(PLACE)) }] : [];
      })
      .sort((a, b) => b.place - a.place)
      .map(({ step, saved }) => ({
        step,
        env: Object.fromEntries([...saved].map(([name, value]) => [`STATE_${name}`, value])),
        isDone: this.#job.seal.opened(`done ${step}`, saved.get(DONE) ?? '') !== undefined,
        settled: new Set(listIn(this.#job.seal.opened(`settled ${step}`, saved.get(SETTLED) ?? ''))),
      }));
  }

  #append(step: string, name: string, value: string, options?: { readonly isNew: boolean }): void {
    // The line break stands in front, so that a line that was cut off spoils no other.
    this.#files.append(this.#name(step), `\n${JSON.stringify([name, value])}`, options);
  }

  /** Returns the names of this job's steps that have a file. */
  #steps(): string[] {
    return this.#files.names().flatMap((name) => {
      const [, job, step] = OWED_NAME.exec(name) ?? [];
      return step !== undefined && job === this.#job.name ? [step] : [];
    });
  }

  #name(step: string): string {
    return `fly-machines-owed-${this.#job.name}-${step}.jsonl`;
  }
}

/** Reads the saved values by name. Of several lines with one name the last counts; a line that a crash cut off is ignored. */
function savedIn(text: string): ReadonlyMap<string, string> {
  const saved = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, value] = listOf(line);
    if (typeof name === 'string' && typeof value === 'string') saved.set(name, value);
  }
  return saved;
}

function listIn(text = '[]'): readonly string[] {
  return listOf(text).filter((it) => typeof it === 'string');
}

function listOf(line: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
