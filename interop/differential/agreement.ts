import fc from 'fast-check';
import { ActionError } from '../../src/errors.js';
import { record } from '../record.js';
import { type Oracle, startOracle } from './oracle.js';

const TOTAL = Number(process.env['INTEROP_CASES'] ?? 24_000);
const SEED = Number(process.env['INTEROP_SEED'] ?? 1);
const AGAINST = 'superfly/macaroon v0.3.0';

// A million cases take minutes.
jest.setTimeout(7_200_000);

/** A comparison with Fly's Go code, case by case. */
export interface Agreement<T> {
  readonly compared: string;
  /** Share of all cases, in percent; the shares of all tests add up to 100. */
  readonly percent: number;
  readonly cases: fc.Arbitrary<T>;
  /** Makes the text of the result column after the last case. */
  readonly result?: () => string;
  /** Throws when the two differ. */
  check(given: T, oracle: Oracle): Promise<void>;
}

/**
 * Describes a comparison as one test. It shrinks a case that differs, and names the seed that finds it again.
 */
export function describeAgreement<T>({ compared, percent, cases, check, result }: Agreement<T>): void {
  describe(`when Fly's Go code and ours are asked: ${compared}`, () => {
    let oracle: Oracle;
    beforeAll(() => {
      oracle = startOracle();
    });
    afterAll(() => oracle.stop());

    it('they agree', async () => {
      const numRuns = Math.ceil((TOTAL * percent) / 100);
      let ran = 0;
      await fc.assert(
        fc.asyncProperty(cases, async (given) => {
          ran += 1;
          await check(given, oracle);
        }),
        { numRuns, seed: SEED },
      );
      const outcome = result?.() ?? 'agree';
      record({ compared, against: AGAINST, cases: ran, result: outcome });
      process.stdout.write(`${ran} cases (seed ${SEED}): ${compared}: ${outcome}\n`);
    });
  });
}

/** Returns our value or our refusal; any other error is a bug and passes through. */
export function tryOurs<T>(
  work: () => T,
): { value: T; refusal?: never } | { value?: never; refusal: string } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ActionError) return { refusal: error.message };
    throw error;
  }
}
