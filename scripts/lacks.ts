import * as v from '@badrap/valita';

/** The part of Jest's result that names each test. */
const Result = v.object({
  testResults: v.array(
    v.object({ assertionResults: v.array(v.object({ fullName: v.string(), status: v.string() })) }),
  ),
});

/** Counts the tests that were skipped for something that this system lacks, by what that is: `__tests__/support/where.ts` puts it into their titles. */
export function countLacks(result: unknown): ReadonlyMap<string, number> {
  const { testResults } = Result.parse(result, { mode: 'strip' });
  const skipped = testResults
    .flatMap((it) => it.assertionResults)
    .filter(({ status }) => status === 'pending');
  const lacks = skipped.flatMap(({ fullName }) => /\(not here: ([^)]*)\)/.exec(fullName)?.[1] ?? []);
  const counts = new Map<string, number>();
  for (const lack of lacks) counts.set(lack, (counts.get(lack) ?? 0) + 1);
  return counts;
}
