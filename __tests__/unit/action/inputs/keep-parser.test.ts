import { keeps } from '../../../../src/action/inputs/values/keep-parser.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';

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
