import { catalogue } from '../../../../simulate/coverage/catalogue.js';
import { mergeCounts } from '../../../../simulate/coverage/counts.js';
import { refusalRow } from '../../../../simulate/coverage/refusal-row.js';
import { coverageTable } from '../../../../simulate/coverage/table.js';

describe('when the coverage is told', () => {
  it('names what was seen never, and what seldom', () => {
    const counts = new Map<string, number>();
    mergeCounts(counts, { 'job: success': 30, 'job: lost': 2 });
    mergeCounts(counts, { 'job: success': 1, 'job: lost': 1 });
    const lines = coverageTable(counts, 20);
    const at = lines.findIndex((it) => it.startsWith('job:'));
    expect(lines.slice(at, at + 3)).toEqual([
      'job: 2 of 4 seen, 1 at least 20 times',
      '  never: failure, cancelled',
      '  seldom: lost (3)',
    ]);
  });

  it('has no name twice in a group', () => {
    for (const names of catalogue().values()) expect(new Set(names).size).toBe(names.length);
  });
});

describe('when an answer is sorted by the table of refusals', () => {
  const answer = (status: number, body: string) => ({ status, headers: {}, body });

  it('is of the row whose words it has', () => {
    expect(refusalRow(answer(404, '{"error":"lease not found"}'))).toBe('lease gone');
    expect(refusalRow(answer(200, '{"status":"error","message":"no"}'))).toBe('failed after all');
    expect(refusalRow(answer(200, '{"ok":true}'))).toBeUndefined();
  });
});
