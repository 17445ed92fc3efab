import { createHash } from 'node:crypto';
import type { Files } from '../../files/files.js';
import type { Job } from '../access/job.js';
import type { Environment } from '../runner/environment.js';

const NAME = /^fly-machines-owed-([0-9a-f]{16})-([0-9a-f]{32})\.jsonl$/;
/** Of a line that says that this was undone, signed; no state is called so. */
const DONE = ' done';
/** Of a line that says how many were there before. */
const PLACE = ' place';

/** What a step has left to undo, as its post would find it in the environment. */
export interface OwedState {
  readonly step: string;
  /** `STATE_restore`, … */
  readonly env: Environment;
  /** Whether a post of this job has undone it. */
  readonly isDone: boolean;
}

/**
 * A second copy of what steps save as their state, in files of RUNNER_TEMP: the posts of a composite action that a job uses
 * twice are all given the state of its last use. Each file is one step's, and grows line by line as the runner's own does.
 */
export class OwedStates {
  readonly #files: Files;
  readonly #job: Pick<Job, 'name' | 'seal'>;

  private constructor(files: Files, job: Pick<Job, 'name' | 'seal'>) {
    this.#files = files;
    this.#job = job;
  }

  /** Those of this job; undefined where nothing tells it from others. */
  static of(job: Pick<Job, 'name' | 'seal'>, files: Files | undefined): OwedStates | undefined {
    return files === undefined || job.name === undefined ? undefined : new OwedStates(files, job);
  }

  /** A step's own copy, whose file is begun when there is something to save. `save` throws where it can't be written. */
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

  /** No post undoes it any more. Throws where that can't be written, or is gone. */
  done(step: string): void {
    this.#append(step, DONE, this.#job.seal.sealed(`done ${step}`, ''));
  }

  /** All that this job's steps have left, the latest first. What isn't a private file in our form is passed over. */
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
      }));
  }

  #append(step: string, name: string, value: string, options?: { readonly isNew: boolean }): void {
    // The line's end in front, so that a line that was cut off spoils no other.
    this.#files.append(this.#name(step), `\n${JSON.stringify([name, value])}`, options);
  }

  /** Whose files are there. */
  #steps(): string[] {
    return this.#files.names().flatMap((name) => {
      const [, job, step] = NAME.exec(name) ?? [];
      return step !== undefined && job === this.#job.name ? [step] : [];
    });
  }

  #name(step: string): string {
    return `fly-machines-owed-${this.#job.name}-${step}.jsonl`;
  }
}

/** Reads line by line, the last of a name; a line that a crash has cut off is none. */
function savedIn(text: string): ReadonlyMap<string, string> {
  const saved = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, value] = pairIn(line);
    if (typeof name === 'string' && typeof value === 'string') saved.set(name, value);
  }
  return saved;
}

function pairIn(line: string): readonly unknown[] {
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
