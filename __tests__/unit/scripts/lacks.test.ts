import { countLacks } from '../../../scripts/lacks.js';

describe('when tests were skipped', () => {
  it('counts them by what the system lacks, and leaves out those that nobody asked for', () => {
    const tests = (...titles: string[]) =>
      titles.map((fullName) => ({ fullName, status: 'pending', title: 'x' }));
    const result = {
      testResults: [
        { assertionResults: tests('a (not here: no jq)', 'b (not here: no IPv6) c') },
        {
          assertionResults: [
            ...tests('d', 'e (not here: no jq)'),
            { fullName: 'f (not here: no jq)', status: 'passed' },
          ],
        },
      ],
    };
    expect([...countLacks(result)]).toEqual([
      ['no jq', 2],
      ['no IPv6', 1],
    ]);
  });
});
