import type { StepOptions } from '../../../runner/job-options.js';
import type { StepResult } from '../../../runner/step-result.js';
import { LeakSearch } from './leaks.js';
import { APP, type Scenario, type ScenarioOptions } from './scenario.js';

/** As dense as real ones, which is how they are told from words. */
export const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
const OAUTH = 'fo1_q8Zr3TnXw5LcYv0Kb7MhJd2SgPf9RaEuQi6Wo4Tx';

/** Two third parties, one that wants a credential, and step debugging. The runner masks nothing by itself. */
export const SECRETIVE: ScenarioOptions = {
  settings: { own: { credential: `Basic ${CREDENTIAL}` } },
  job: { debug: true },
};

/** A job whose token has everything that can be secret, and the search for all of it. */
export interface SecretJob {
  readonly search: LeakSearch;
  readonly token: string;
  /** The inputs that hold secrets, and the app. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Runs a step and expects that it gives nothing away but in the outputs and variables named. */
  run(step: StepOptions, except?: readonly string[]): Promise<StepResult>;
}

/** Mints the token of a scenario opened with `SECRETIVE`. */
export function secretJob({ fly, job, url }: Scenario): SecretJob {
  const search = new LeakSearch();
  const token = `${fly.mintToken({ app: APP, thirdParty: ['aaa', 'own'] })},${OAUTH}`;
  search.token(token);
  search.credential(CREDENTIAL);
  return {
    search,
    token,
    inputs: { token, app: APP, 'third-party-credentials': `${url}: Basic ${CREDENTIAL}` },
    async run(step, except = []) {
      const result = await job.step(step);
      search.sessions(job);
      expect(search.printed(result)).toEqual([]);
      expect(search.left(result, except)).toEqual([]);
      return result;
    },
  };
}
