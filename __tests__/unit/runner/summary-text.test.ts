import { summaryText } from '../../../runner/log/summary-text.js';

describe('when a job summary is shown in a terminal', () => {
  it('lines up tables, opens what is folded, and has no markup', () => {
    const summary = [
      '### 🔴 start: 1 of 2 machines failed in shop',
      '',
      '🟩🟥<br>🟩 <b>1</b> started · 🟥 <b>1</b> failed',
      '',
      '| Machine | Why |',
      '| --- | --- |',
      '| <b>web-1</b> <code>148e21ea7e4689</code><br>fra | a &#124; b |',
      '| 🟩 | very<wbr>long |',
      '',
      '',
      '<details><summary>1 machine left alone, and why</summary>',
      '',
      '| Machines |',
      '| --- |',
      '| 1 |',
      '',
      '</details>',
      '',
    ].join('\n');
    expect(summaryText(summary)).toEqual([
      '🔴 start: 1 of 2 machines failed in shop',
      '',
      '🟩🟥',
      '🟩 1 started · 🟥 1 failed',
      '',
      'Machine                     Why',
      'web-1 148e21ea7e4689 · fra  a | b',
      '🟩                          verylong',
      '',
      '▾ 1 machine left alone, and why',
      '',
      'Machines',
      '1',
    ]);
  });

  it('shows code as it stands, and leaves charts out, which a terminal cannot draw', () => {
    const summary = ['a', '```sh', 'fly logs -a shop', '```', '```mermaid', 'gantt', '```', 'b'].join('\n');
    expect(summaryText(summary)).toEqual(['a', '  fly logs -a shop', 'b']);
  });
});
