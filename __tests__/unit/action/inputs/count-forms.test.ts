import { keeps, probeStatus, warmCount } from '../../../../src/action/inputs/values/count-forms.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';

function complaint(parse: (text: string) => unknown, text: string): string {
  const error = thrownBy(() => parse(text));
  if (!(error instanceof ActionError)) throw error;
  expect(error.class).toBe('input');
  return error.message;
}

describe('when it is read how many machines are to be ready', () => {
  it.each([
    ['all', 'all'],
    ['3', 3],
    [
      'fra=2, iad = 1',
      new Map([
        ['fra', 2],
        ['iad', 1],
      ]),
    ],
    [
      'fra=2\niad=1',
      new Map([
        ['fra', 2],
        ['iad', 1],
      ]),
    ],
    ['["fra=1"]', new Map([['fra', 1]])],
  ])('%j', (text, count) => expect(warmCount(text)).toEqual(count));

  it.each([
    ['0', 'must be a number from 1'],
    ['100001', 'must be a number from 1'],
    ['-1', 'has `-1`'],
    ['some', 'not `all`, a number'],
    ['fra', 'of the form `fra=2, iad=1`'],
    ['fra=0', 'must be a number from 1'],
    ['fra=1, fra=2', 'names a region twice'],
    ['fra=x', 'of the form'],
    [',', 'is given but empty'],
  ])('refuses %j', (text, why) => expect(complaint(warmCount, text)).toContain(why));
});

describe('when it is read which statuses of a probe are well', () => {
  it.each([
    ['200-399', [[200, 399]]],
    [
      '200, 401 - 403',
      [
        [200, 200],
        [401, 403],
      ],
    ],
  ])('takes the statuses %s', (text, ranges) =>
    expect(probeStatus(text)).toEqual(ranges.map(([least, most]) => ({ least, most }))),
  );

  it.each(['2xx', '99', '600', '399-200', '200-', ''])('refuses the status %j', (text) => {
    expect(complaint(probeStatus, text)).toMatch(/not a status|given but empty/);
  });
});

describe('when it is read how many machines stay', () => {
  it.each([
    ['1', [{ per: 'app', least: 1 }]],
    ['region=1', [{ per: 'region', least: 1 }]],
    ['process-group = 2', [{ per: 'process-group', least: 2 }]],
    [
      '3\nregion=1, process-group=1',
      [
        { per: 'app', least: 3 },
        { per: 'region', least: 1 },
        { per: 'process-group', least: 1 },
      ],
    ],
    ['["region=1"]', [{ per: 'region', least: 1 }]],
  ])('%j', (text, read) => expect(keeps(text)).toEqual(read));

  it.each([
    ['0', 'not of the form'],
    ['-1', 'not of the form'],
    ['1.5', 'not of the form'],
    ['region', 'not of the form'],
    ['region=', 'not of the form'],
    ['region=0', 'not of the form'],
    ['fra=1', 'has `fra=1`'],
    ['machine=1', 'not of the form'],
    ['1, 2', 'has `app` twice'],
    ['region=1, region=2', 'has `region` twice'],
    [',', 'is given but empty'],
  ])('refuses %j', (text, why) => {
    const error = thrownBy(() => keeps(text));
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toMatchObject({ class: 'input', message: expect.stringContaining(why) });
  });
});
