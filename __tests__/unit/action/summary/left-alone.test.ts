import { addLeftAlone } from '../../../../src/action/summary/left-alone.js';
import type { MachineResult } from '../../../../src/commands/result/result.js';
import { columnIn, openPart, pageOf, tableIn } from '../../../support/pages.js';
import { machineResult, type ResultChanges } from '../../../support/results.js';

const sectionOf = (...machines: MachineResult[]) =>
  pageOf((page) => addLeftAlone(page, machines, { rest: '; see the file.', withApp: false }));
const rowsIn = (...machines: MachineResult[]) => tableIn(sectionOf(...machines)).rows;
const left = (id: string, reason: string, changes: ResultChanges = {}) =>
  machineResult(id, 'skipped', { reason, ...changes });
const many = (count: number, reasonOf: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => left(`m${at}`, reasonOf(at)));

describe('when machines were left alone', () => {
  it('is folded, with a row for each reason and its machines, the most frequent first', () => {
    const markdown = sectionOf(left('a', 'excluded'), left('b', 'has a lease'), left('c', 'has a lease'));
    expect(markdown).toMatch(
      /^<details><summary>3 machines left alone, and why<\/summary>\n\n\| Machines \| Why \| Which \|\n/,
    );
    expect(openPart(markdown).trim()).toBe('');
    expect(tableIn(markdown).rows).toEqual([
      ['2', 'has a lease', 'name-b, name-c'],
      ['1', 'excluded', 'name-a'],
    ]);
  });

  it('says nothing without any', () => expect(sectionOf()).toBe('\n'));

  it.each([
    ['times', ['busy at 2026-11-30T19:00:12Z', 'busy at 2026-11-30T19:00:13Z'], 'busy at …'],
    ['durations', ['busy 5 min ago', 'busy 1 h 3 min ago'], 'busy … ago'],
    ['numbers', ['served 17 requests', 'served 1.5 requests'], 'served … requests'],
    ['their own ids', ['m0 is needed', 'm1 is needed'], '… is needed'],
  ])('takes reasons for one that differ in nothing but %s', (_, reasons, shown) => {
    expect(rowsIn(...many(2, (at) => reasons[at] ?? ''))).toEqual([['2', shown, 'name-m0, name-m1']]);
  });

  it('keeps the numbers of a reason that all have in common', () => {
    expect(rowsIn(...many(2, () => 'busy for 5 min'))[0]?.[1]).toBe('busy for 5 min');
    expect(rowsIn(left('a', 'busy for 5 min'))[0]?.[1]).toBe('busy for 5 min');
  });

  it('keeps reasons apart that differ in words', () => {
    expect(rowsIn(left('a', 'busy for 5 min'), left('b', 'idle for 5 min'))).toHaveLength(2);
  });

  it('has an outcome for a reason where there is none', () => {
    expect(rowsIn(machineResult('a', 'unchanged'), left('b', '')).map(([, why]) => why)).toEqual([
      ...['unchanged', 'skipped'],
    ]);
  });

  it('says nothing of a reason that can be read above the table', () => {
    expect(sectionOf(left('a', 'x'))).not.toContain('All of them');
  });

  it('names twelve machines of each, by their ids where they have no names, and counts the others', () => {
    const [[count, , which] = []] = rowsIn(...many(1_500, () => 'excluded'));
    expect(count).toBe('1,500');
    expect(which?.split(', ')).toHaveLength(12);
    expect(which).toMatch(/name-m11 and 1,488 more$/);
    expect(rowsIn(left('a', 'x', { machine: { name: '' } }))[0]?.[2]).toBe('a');
  });

  it('names them with their apps where there are several', () => {
    const at = (id: string, app: string) => left(id, 'x', { machine: { app } });
    const machines = [at('a', 'shop'), at('b', 'a|b'), at('c', 'shop')];
    const markdown = pageOf((page) => addLeftAlone(page, machines, { rest: '', withApp: true }));
    expect(columnIn(markdown, 'Which')).toEqual(['shop: name-a, name-c; a&#124;b: name-b']);
  });

  it('shows fifty reasons and counts the others', () => {
    const markdown = sectionOf(...many(60, (at) => 'x'.repeat(at + 1)));
    expect(tableIn(markdown).rows).toHaveLength(50);
    expect(markdown).toContain('…and 10 more; see the file.');
  });

  it('shows what a reason quotes as code, and gives no other meaning to it', () => {
    const [[, why, which] = []] = rowsIn(left('a', '`keep` is <2> | x', { machine: { name: '<b>|' } }));
    expect(why).toBe('<code>keep</code> is &#60;2&#62; &#124; x');
    expect(which).toBe('&#60;b&#62;&#124;');
  });

  it('cuts a reason that is longer than a cell should be', () => {
    expect(rowsIn(left('a', 'x '.repeat(5_000)))[0]?.[1]).toBe(`${'x '.repeat(300)}…`);
  });
});
