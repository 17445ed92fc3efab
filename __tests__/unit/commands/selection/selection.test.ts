import {
  narrows,
  noticesOf,
  requireExclusions,
  select,
} from '../../../../src/commands/selection/selection.js';
import type { Selector } from '../../../../src/commands/selection/selector.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';
import { appMachine, selector } from '../../../support/machines.js';

const MACHINES = [
  appMachine('a', { name: 'web-1', metadata: { tier: 'front', keep: 'true' } }),
  appMachine('b', { name: 'web-2', region: 'iad', state: 'stopped', metadata: { tier: 'front' } }),
  appMachine('c', { name: 'worker-1', processGroup: 'worker', metadata: { tier: 'back', note: 'x=y' } }),
  appMachine('d', { name: 'worker-2', processGroup: 'worker', region: 'iad', state: 'suspended' }),
];

function chosen(changes: Partial<Selector>): string {
  return select(MACHINES, selector(changes))
    .map(({ machine }) => machine.id)
    .join('');
}

function refusal(changes: Partial<Selector>, machines = MACHINES): ActionError {
  try {
    select(machines, selector(changes));
  } catch (error) {
    if (error instanceof ActionError) return error;
  }
  throw new Error('nothing was thrown');
}

describe('when machines are selected', () => {
  it.each<[string, Partial<Selector>, string]>([
    ['no filter', {}, 'abcd'],
    ['all', { machines: 'all' }, 'abcd'],
    ['nobody', { machines: [] }, ''],
    ['an id', { machines: ['b'] }, 'b'],
    ['a name', { machines: ['worker-1'] }, 'c'],
    ['ids and names, in the order of the list', { machines: ['worker-2', 'c', 'a'] }, 'acd'],
    ['a machine that is named twice', { machines: ['a', 'web-1'] }, 'a'],
    ['a region', { region: ['iad'] }, 'bd'],
    ['one of two regions', { region: ['iad', 'fra'] }, 'abcd'],
    ['a group', { processGroup: ['worker'] }, 'cd'],
    ['one of two groups', { processGroup: ['worker', 'app'] }, 'abcd'],
    ['a state', { state: ['stopped'] }, 'b'],
    ['one of two states', { state: ['stopped', 'suspended'] }, 'bd'],
    ['metadata', { metadata: ['tier=front'] }, 'ab'],
    ['all of the metadata', { metadata: ['tier=front', 'keep=true'] }, 'a'],
    ['metadata with an equals sign in its value', { metadata: ['note=x=y'] }, 'c'],
    ['filters together', { region: ['iad'], processGroup: ['app'], state: ['stopped'] }, 'b'],
    ['names within a filter', { machines: ['web-1', 'web-2'], region: ['iad'] }, 'b'],
  ])('chooses by %s', (_, changes, ids) => {
    expect(chosen(changes)).toBe(ids);
  });

  it('knows which were named by their id, since a name may be a group of machines to somebody', () => {
    const named = select(MACHINES, selector({ machines: ['a', 'web-2'] })).map((it) => it.named);
    expect(named).toEqual([true, false]);
  });

  it.each([
    ['an id', 'b', 'b'],
    ['a name', 'worker-1', 'c'],
    ['metadata', 'keep=true', 'a'],
    ['metadata with an equals sign in its value', 'note=x=y', 'c'],
    ['what is not there', 'nobody', ''],
    ['metadata that nobody has', 'tier=middle', ''],
    ['a name that all objects have', 'constructor=', ''],
  ])('excludes by %s', (_, exclude, ids) => {
    const left = select(MACHINES, selector({ exclude: [exclude] })).filter((it) => it.excluded !== undefined);
    expect(left.map(({ machine }) => machine.id).join('')).toBe(ids);
    for (const { excluded } of left) expect(excluded).toBe(`excluded by ${exclude}`);
  });

  it.each([
    [['web-9'], 'may be excluded by web-9: Fly does not tell its name'],
    [['e28602f7a40000', 'tier=back'], 'may be excluded by tier=back: Fly does not tell its name'],
    [['e28602f7a40000'], undefined],
    [[], undefined],
  ])('leaves a machine alone that Fly has lost, where %j may mean it', (exclude, excluded) => {
    const lost = appMachine('a', { name: '', metadata: {} });
    expect(select([lost], selector({ exclude }))).toEqual([{ machine: lost, named: false, excluded }]);
  });

  it('keeps what is excluded in the table, even if it is named by its id', () => {
    const found = select(MACHINES, selector({ machines: ['a'], exclude: ['web-1'] }));
    expect(found).toEqual([{ machine: MACHINES[0], named: true, excluded: 'excluded by web-1' }]);
  });
});

describe('when there are several apps', () => {
  const there = [
    appMachine('a', { app: 'blue', name: 'web-1' }),
    appMachine('b', { app: 'blue', name: 'web-2', region: 'iad' }),
    appMachine('c', { app: 'green', name: 'web-1' }),
    // As Fly shows it while its host is out of reach.
    appMachine('d', { app: 'green', name: '', region: '', processGroup: undefined }),
  ];
  const ids = (changes: Partial<Selector>) =>
    select(there, selector(changes)).map(({ machine, named }) => `${machine.id}${named ? '!' : ''}`);

  it('takes a name for the machine of that name in each, and an id for one', () => {
    expect(ids({ machines: ['web-1'] })).toEqual(['a', 'c']);
    expect(ids({ machines: ['c', 'web-2'] })).toEqual(['b', 'c!']);
    expect(ids({ machines: ['d'] })).toEqual(['d!']);
  });

  it('wants each value in one of them at least', () => {
    expect(ids({ region: ['iad'] })).toEqual(['b']);
    expect(refusal({ region: ['iad', 'lhr'] }, there)).toMatchObject({
      message: 'blue, green have no region lhr',
      hint: expect.stringContaining('There is fra, iad. '),
    });
  });

  it('names the marks that there are, but no announcement', () => {
    const value = (word: string) => `2026-11-30T19:00:00Z ${word} a/b/1`;
    const metadata = { 'marked-night': value('stopped'), 'marked-idle': value('announced') };
    expect(refusal({ marked: 'nite' }, [appMachine('a', { metadata })])).toMatchObject({
      message: 'my-app has no mark nite',
      hint: expect.stringContaining('There is night. '),
    });
  });

  it('leaves out a machine of which nothing is known where a filter asks', () => {
    expect(ids({ region: ['fra', 'iad'] })).toEqual(['a', 'b', 'c']);
    expect(ids({ processGroup: ['app'] })).toEqual(['a', 'b', 'c']);
    expect(ids({})).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('when nothing has what is asked for', () => {
  it.each<[Partial<Selector>, string]>([
    [{ machines: ['web-9'] }, 'my-app has no machine web-9'],
    [{ machines: ['a', 'web-9', 'web-8'] }, 'my-app has no machine web-9, web-8'],
    [{ region: ['fra', 'xxx'] }, 'my-app has no region xxx'],
    [{ processGroup: ['wroker'] }, 'my-app has no process group wroker'],
    [{ metadata: ['tier=middle'] }, 'my-app has no metadata tier=middle'],
    [{ metadata: ['constructor='] }, 'my-app has no metadata constructor='],
    [
      { region: ['iad'], metadata: ['keep=true'] },
      'No machine fits all the filters at once (region iad: 2, metadata keep=true: 1)',
    ],
    [
      { machines: ['web-1'], region: ['iad', 'fra'], processGroup: ['worker'] },
      'No machine fits all the filters at once (machine web-1: 1, region iad, fra: 4, process group worker: 2)',
    ],
    [
      { metadata: ['tier=front', 'note=x=y'] },
      'No machine fits all the filters at once (metadata tier=front, note=x=y: 0)',
    ],
  ])('is most likely a typo: %j', (changes, message) => {
    const error = refusal(changes);
    expect(error).toMatchObject({ class: 'not found', message });
    expect(error.hint).toContain('allow-empty: true');
    expect(() => select(MACHINES, selector({ ...changes, allowEmpty: true }))).not.toThrow();
  });

  it('names ten of a kind at most, and counts the others', () => {
    const names = (kind: string) => Array.from({ length: 40 }, (_, index) => `${kind}-${index}`);
    const there = names('app').map((app, index) => appMachine(`m${index}`, { app, name: `on-${app}` }));
    const { message, hint } = refusal({ machines: names('ghost') }, there);
    expect(message).toMatch(/^app-0, .*app-9 and 30 more have no machine ghost-0, .*ghost-9 and 30 more$/);
    expect(hint).toMatch(/There is on-app-0, .* and 30 more\. /);
  });

  it('shows long filters in short, and nothing of a token', () => {
    const value = `k=FlyV1 fm2_${'lJPECAAAAAAAA1b'.repeat(10)} ${'word '.repeat(50)}`;
    const there = [
      appMachine('a', { metadata: { k: value.slice(2) } }),
      ...Array.from({ length: 30 }, (_, index) => appMachine(`m${index}`, { region: 'iad' })),
    ];
    const machines = there.slice(1).map(({ id }) => id);
    const { message } = refusal({ metadata: [value], machines }, there);
    expect(message).toMatch(
      /at once \(machine m0, .*, m9 and 20 more: 30, metadata k=FlyV1 \[…\] word .{1,60}…: 1\)$/,
    );
    expect(message).not.toContain('lJPECAAAA');
    expect(message.length).toBeLessThan(220);
  });

  it('says so where there are no machines at all', () => {
    expect(refusal({ processGroup: ['worker'] }, []).message).toBe(
      'There are no machines at all, so no process group worker',
    );
  });

  it('is fine by state, since states come and go', () => {
    expect(chosen({ state: ['failed'] })).toBe('');
    expect(chosen({ region: ['iad'], state: ['started'] })).toBe('');
  });

  it('is fine in an app without machines where everything is asked for', () => {
    expect(select([], selector({ machines: 'all' }))).toEqual([]);
    expect(select([], selector())).toEqual([]);
  });

  it('is still chosen what is there, where that is allowed', () => {
    expect(chosen({ machines: ['a', 'web-9'], allowEmpty: true })).toBe('a');
  });
});

describe('when a choice is asked for', () => {
  it.each<[Partial<Selector>, boolean]>([
    [{}, false],
    [{ exclude: ['a'] }, false],
    [{ allowEmpty: true }, false],
    [{ machines: 'all' }, true],
    [{ machines: [] }, true],
    [{ region: ['fra'] }, true],
    [{ processGroup: ['app'] }, true],
    [{ state: ['started'] }, true],
    [{ metadata: ['a=b'] }, true],
  ])('%j makes it: %s', (changes, expected) => {
    expect(narrows(selector(changes))).toBe(expected);
  });
});

describe('when something is to be left alone that is not there', () => {
  const lost = (exclude: string[], changes: Partial<Selector> = {}, machines = MACHINES): unknown =>
    thrownBy(() => requireExclusions(machines, selector({ exclude, ...changes })));

  it.each(['Worker-1', 'worker', 'keep:true', 'x', 'fra'])('fails what would change it: %s', (text) => {
    const error = lost(['web-1', text, 'keep=nobody']);
    expect(error).toMatchObject({ class: 'not found' });
    expect(error).toMatchObject({
      message: `\`exclude\` names ${text}, but no machine of my-app has that id or name`,
      hint: expect.stringContaining('There is web-1, web-2, worker-1, worker-2. To accept an empty choice'),
    });
  });

  it('says so where there is no machine at all', () => {
    expect(lost(['a'], {}, [])).toMatchObject({ message: expect.stringContaining('no machines at all') });
  });

  it('has nothing against what is there, metadata that none has, and what was allowed', () => {
    expect(() => requireExclusions(MACHINES, selector({ exclude: ['a', 'worker-2', 'x=y'] }))).not.toThrow();
    expect(() => requireExclusions(MACHINES, selector({ exclude: ['x'], allowEmpty: true }))).not.toThrow();
  });
});

describe('when a choice went well', () => {
  it.each<[string, Partial<Selector>, string[]]>([
    ['nothing to say', { exclude: ['web-1'] }, []],
    [
      'an exclusion that meets nothing',
      { exclude: ['web-1', 'wep-2', 'keep=yes'] },
      ['`exclude` names wep-2, keep=yes, which matches no machine.'],
    ],
    [
      'a state that left nothing',
      { state: ['failed', 'created'] },
      [
        'No machine was selected, since none is in state failed or created; there are 4 (2 started, 1 stopped, 1 suspended).',
      ],
    ],
    [
      'a state that left nothing of what fits otherwise',
      { state: ['stopped'], processGroup: ['worker'] },
      [
        'No machine was selected, since none that fits otherwise is in state stopped; there are 4 (2 started, 1 stopped, 1 suspended).',
      ],
    ],
    [
      'an empty list',
      { machines: [], state: ['failed'] },
      [
        'No machine was selected, since `machines` is an empty list; there are 4 (2 started, 1 stopped, 1 suspended).',
      ],
    ],
    [
      'filters that may leave nothing',
      { region: ['lhr'], allowEmpty: true },
      [
        'No machine was selected, since none fits (region lhr: 0); there are 4 (2 started, 1 stopped, 1 suspended).',
      ],
    ],
  ])('tells what a person should know: %s', (_, changes, notices) => {
    const it = selector(changes);
    expect(noticesOf(MACHINES, select(MACHINES, it), it)).toEqual(notices);
  });

  it('needs no reason where there are no machines', () => {
    const it = selector({ state: ['failed'] });
    expect(noticesOf([], [], it)).toEqual(['No machine was selected; there are 0.']);
  });

  it('shows what there is beside what there is not', () => {
    expect(refusal({ processGroup: ['workr'] }).hint).toMatch(
      /^Check the spelling\. Did you mean `worker`\? There is app, worker\. /,
    );
    expect(refusal({ region: ['fraa'] }).hint).toContain('Did you mean `fra`?');
    expect(refusal({ machines: ['wep-1'] }).hint).toContain('There is web-1, web-2, worker-1, worker-2. ');
  });
});
