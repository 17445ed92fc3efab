import { createHash } from 'node:crypto';
import { type Owner, type Survey, surveySessions } from '../../discharge/session-file.js';
import { ActionError } from '../../errors.js';
import type { Files } from '../../files/files.js';
import { Seal, sealedFiles } from '../../files/seal.js';
import type { Environment } from '../runner/environment.js';
import { STATE } from '../runner/environment.js';
import type { Runner, RunnerFile } from '../runner/runner.js';

/** Variable by which the first step of a job that needs a key hands it on to all later ones. */
export const JOB_KEY = 'FLY_MACHINES_JOB_KEY';
const KEY = /^[0-9a-f]{64}$/;
/** Form of a key in state: of the whole job, or of a step and its post alone. */
const KEPT = /^(job|step) ([0-9a-f]{64})$/;
const KEY_STATE = `STATE_${STATE.key}`;
/** Variables that tell a job from others where it has no key: legs of a matrix on one host have the same, and so has every run of `act`. */
const NUMBERS = ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB'] as const;

const HOUR_MS = 3_600_000;

/** Returns how long a job may take at most, with its posts, in milliseconds: six hours on GitHub's own runners, five days on others. (docs: actions/reference/limits) */
export function longestJobMs(env: Environment): number {
  return env['RUNNER_ENVIRONMENT'] === 'github-hosted' ? 6.25 * HOUR_MS : 120 * HOUR_MS;
}

/** Dependencies of making a key and handing it on. */
export interface KeyTools {
  readonly runner: Pick<Runner, 'exportVariable'>;
  readonly unique: () => string;
  readonly log: { mask(secret: string): void };
}

/** Job that a step belongs to, as far as that can be told: nothing of another job's is used. */
export class Job {
  readonly #env: Environment;
  readonly #lost: (file: RunnerFile) => boolean;
  /** Seals by their keys: each remembers the names that it has worked out. */
  readonly #seals = new Map<string, Seal>();
  #key: string | undefined;
  /** Key that only this step and its post know, where the job has none. */
  #own: string | undefined;

  /** Reads the job's key; `lost` is the runner's. */
  constructor(env: Environment, lost?: Runner['lost']) {
    this.#env = env;
    this.#lost = (file) => lost?.(file) !== undefined;
    this.#key = KEY.test(env[JOB_KEY] ?? '') ? env[JOB_KEY] : undefined;
  }

  /** Returns the job of a post: what its step has left counts before what a later step may have set. */
  static inPost(env: Environment): Job {
    const job = new Job(env);
    const [, whose, key] = KEPT.exec(env[KEY_STATE] ?? '') ?? [];
    if (whose === 'job') job.#key = key;
    else job.#own = key;
    return job;
  }

  /**
   * Returns the environment of another step's post, with what that step has left in a file. A program that can write such
   * a file can put its own key into it, so the key is taken only where the job has none, and then vouches for nothing.
   */
  static ofOther(left: Environment, env: Environment): Environment {
    const { [KEY_STATE]: key = '', ...others } = left;
    const isStep = !Job.inPost(env).isBound && KEPT.exec(key)?.[1] === 'step';
    return isStep ? left : { ...others, [KEY_STATE]: env[KEY_STATE] };
  }

  /** Keys, which are to be masked. */
  get secrets(): readonly string[] {
    return [this.#key, this.#own].filter((it) => it !== undefined);
  }

  /** True where a key binds the job, and not only its numbers, which others may know. */
  get isBound(): boolean {
    return this.#key !== undefined;
  }

  /** Seal of what a step leaves for its own post; undefined where it has left nothing. */
  get own(): Seal | undefined {
    const key = this.#own ?? this.#key;
    return key === undefined ? undefined : this.#sealOf(key);
  }

  /** Returns the files that a step leaves for its own post. Throws where there is no key yet. */
  ownFiles(files: Files): Files {
    if (this.own === undefined) throw new ActionError('internal', 'the job has no key yet');
    return sealedFiles(files, this.own);
  }

  /** Name of files in which steps leave something for each other's posts; undefined where nothing tells the job from others. */
  get name(): string | undefined {
    if (this.#key !== undefined) return this.#sealOf(this.#key).name('job').slice(0, 16);
    if (this.#numbers.includes('')) return undefined;
    const text = JSON.stringify([...this.#numbers, this.#env['GITHUB_WORKSPACE'] ?? '']);
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
  }

  /** Name in words: `owner/repo, run 5, attempt 1, job build`. */
  get words(): string {
    const [repository, run, attempt, job] = this.#numbers;
    return `${repository}, run ${run}, attempt ${attempt}, job ${job}`;
  }

  /** Seal of what its steps leave for each other; without a key, any program that knows the numbers can make it, too. */
  get seal(): Seal {
    return this.#sealOf(this.#key ?? `numbers ${JSON.stringify(this.#numbers)}`);
  }

  /** Part of the names of the job's sessions. */
  get tag(): string {
    return this.seal.tag;
  }

  /** Returns the owner of the job's sessions. */
  owner(files: Files): Owner {
    return { tag: this.tag, files: sealedFiles(files, this.seal) };
  }

  /** Surveys the sessions. Where a key could have been handed on and wasn't, none is the job's. */
  survey(files: Files): Survey {
    const survey = surveySessions(this.owner(files));
    const { sessions, refused, foreign } = survey;
    if (this.isBound || !this.#canHandOn()) return survey;
    return {
      sessions: [],
      refused: [],
      foreign: [...sessions, ...refused].map(({ name }) => name).concat(foreign),
    };
  }

  /**
   * Makes the job's key unless it has one, and hands it on to later steps; where that can't be, one for this step and its post
   * alone. Throws where it can't be written.
   */
  begin({ runner, unique, log }: KeyTools): void {
    if (this.own === undefined) {
      const fresh = createHash('sha256').update(`${unique()} ${unique()} ${unique()}`).digest('hex');
      log.mask(fresh);
      if (this.#canHandOn()) {
        runner.exportVariable(JOB_KEY, fresh);
        this.#key = fresh;
      } else {
        this.#own = fresh;
      }
    }
  }

  /** Key as a step's own post finds it in its state. */
  get kept(): string {
    return this.#own === undefined ? `job ${this.#key}` : `step ${this.#own}`;
  }

  /** Marks that a post of the job has begun. Throws where that can't be written. */
  end(files: Files): void {
    for (const key of this.secrets) files.write(this.#endedName(key), '');
  }

  /** Returns whether a post of the job has begun; of one without a key, this step's own. */
  hasEnded(files: Files): boolean {
    return this.secrets.some((key) => Object.keys(files.read(this.#endedName(key))).length > 0);
  }

  #sealOf(key: string): Seal {
    const seal = this.#seals.get(key) ?? new Seal(key);
    this.#seals.set(key, seal);
    return seal;
  }

  #endedName(key: string): string {
    return `fly-machines-ended-${this.#sealOf(key).name('ended')}`;
  }

  #canHandOn(): boolean {
    return Boolean(this.#env['GITHUB_ENV']) && !this.#lost('GITHUB_ENV');
  }

  get #numbers(): string[] {
    return NUMBERS.map((name) => this.#env[name] ?? '');
  }
}
