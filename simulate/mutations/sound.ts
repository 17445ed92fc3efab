import { simulateAll } from '../pool.js';

/** Judgement of the sound project about jobs in which a mistake was found: what breaks there as well tells nothing of the mistake. */
export class SoundProject {
  readonly #seed: number;
  readonly #checks = new Map<number, Promise<ReadonlySet<string>>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Returns whether a check finds something in a job without any mistake, too. */
  async breaks(job: number, check: string): Promise<boolean> {
    const checks = this.#checks.get(job) ?? this.#simulated(job);
    this.#checks.set(job, checks);
    return (await checks).has(check);
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
