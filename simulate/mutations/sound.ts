import { drawFortnight } from '../fortnight/draw/draw-fortnight.js';
import { judgeFortnight } from '../fortnight/sweep-fortnights.js';
import { simulateAll } from '../pool.js';
import type { Mutation } from './mutation.js';

/** Judgement of the sound project about jobs in which a mistake was found: what breaks there as well tells nothing of the mistake. */
export class SoundProject {
  readonly #seed: number;
  readonly #checks = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Returns whether a check finds something in a job without any mistake, too. */
  async breaks(job: number, check: string, sweep?: Mutation['sweep']): Promise<boolean> {
    const key = `${sweep} ${job}`;
    const checks =
      this.#checks.get(key) ?? (sweep === undefined ? this.#simulated(job) : this.#fortnight(job));
    this.#checks.set(key, checks);
    return (await checks).has(check);
  }

  async #fortnight(number: number): Promise<ReadonlySet<string>> {
    const { findings } = await judgeFortnight(drawFortnight(this.#seed, number));
    return new Set(findings.map(({ check }) => check));
  }

  async #simulated(job: number): Promise<ReadonlySet<string>> {
    const checks = new Set<string>();
    await simulateAll({
      seed: this.#seed,
      first: job,
      jobs: 1,
      threads: 1,
      isEnough: () => false,
      onReport: ({ findings }) => {
        for (const { check } of findings) checks.add(check);
      },
    });
    return checks;
  }
}
