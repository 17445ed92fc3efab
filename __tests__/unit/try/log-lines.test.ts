import type { LogEntry } from '../../../interop/workflows/log-entry.js';
import { createMasks } from '../../../interop/workflows/masks.js';
import { linesOf } from '../../../try/log-lines.js';

const ofStep = { job: 'job', stage: 'Main', stepID: ['0'] };

describe("when act's log is shown as GitHub's", () => {
  it.each<[string, LogEntry, string[]]>([
    ['the begin of a step as its heading', { ...ofStep, msg: '⭐ Run Main ls' }, ['⭐ Run Main ls']],
    [
      'its end',
      { ...ofStep, msg: '  ✅  Success - Main ls', stepResult: 'success' },
      ['✅  Success - Main ls'],
    ],
    ['its output below, line by line', { ...ofStep, msg: 'a\n  b\n' }, ['    a', '      b']],
    ['a group', { ...ofStep, msg: '❓ ::group::', command: 'group', arg: 'Two' }, ['    ▾ Two']],
    ['an error', { ...ofStep, msg: '❗ ::error::', command: 'error', arg: 'bad' }, ['    Error: bad']],
    ['no output of a step', { ...ofStep, msg: '⚙ ::set-output:: a=b', command: 'set-output', arg: 'b' }, []],
    ['no summary, which comes at the end', { ...ofStep, msg: 'x', command: 'summary', content: 'x' }, []],
    ['no word of act about its cache', { ...ofStep, msg: 'LocalRepositoryCache matched x' }, []],
    ['no word of act about git', { msg: 'unable to get git ref: repository does not exist' }, []],
  ])('it has %s', (_, entry, lines) => {
    expect(linesOf(entry)).toEqual(lines);
  });

  it('secrets and what steps have masked so far are not in it', () => {
    const masks = createMasks(['given', '']);
    expect(masks.hide('given and later')).toBe('*** and later');
    masks.learn({ ...ofStep, msg: '', command: 'add-mask', arg: 'later' });
    masks.learn({ ...ofStep, msg: '', command: 'add-mask', arg: '' });
    expect(masks.hide('given and later')).toBe('*** and ***');
  });
});
