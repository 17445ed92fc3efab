import { labels } from '../../../../src/action/inputs/values/labels.js';
import { thrownBy } from '../../../support/caught.js';

describe('when labels are read', () => {
  it.each([
    ['a=1', { a: '1' }],
    ['a=1\n\n  b=x=y  \r\nc=', { a: '1', b: 'x=y', c: undefined }],
    ['a=, b and c ', { a: ', b and c' }],
    ['["a=1,b=2", "c= "]', { a: '1,b=2', c: undefined }],
    ['a=1\na=1', { a: '1' }],
    ['link=https://x.y/?q, https://x.y/?r=1', { link: 'https://x.y/?q, https://x.y/?r=1' }],
    ['keep-alive-until=2026-12-04T18:00:00+01:00', { 'keep-alive-until': '2026-12-04T18:00:00+01:00' }],
    [
      'hours=Mon-Fri 07:30-18:00 Europe/Berlin, Sat 10:00-14:00 Europe/Berlin',
      {
        hours: 'Mon-Fri 07:30-18:00 Europe/Berlin, Sat 10:00-14:00 Europe/Berlin',
      },
    ],
    ['keep-alive-until=', { 'keep-alive-until': undefined }],
    ['__proto__=x', { ['__proto__']: 'x' }],
  ])('takes %j', (text, wanted) => {
    expect(labels(text)).toEqual(Object.entries(wanted).map(([key, value]) => ({ key, value })));
  });

  it.each([
    ['a', 'of the form `key=value`'],
    ['=1', 'of the form `key=value`'],
    ['a b=1', 'of the form `key=value`'],
    ['a\u200b=1', 'of the form `key=value`'],
    ['["a\\ud800=1"]', 'of the form `key=value`'],
    ['["a=1\\nb=2"]', 'of the form `key=value`'],
    ['[]', 'is an empty list'],
    ['\n', 'is given but empty'],
    ['.=1', 'more than dots'],
    ['["..="]', 'more than dots'],
    ['fly_process_group=web', "are Fly's own"],
    ['Fly_x=', "are Fly's own"],
    ['a=1, b=2', 'has `a=1, b=2`, two keys on one line'],
    ['a=1\nb=2\na=3', 'has `a` more than once'],
    ['hours=Mon-Fri 07:30-18:00', 'has `hours=Mon-Fri 07:30-18:00`: '],
    ['hours=Mon-Fri 07:30-18:00 Europe/Berln', 'Europe/Berlin'],
    ['keep-alive-until=Friday', 'it takes a time such as'],
    ['keep-alive-until=2026-12-04T18:00:00', 'with its zone'],
  ])('refuses %j', (text, message) => {
    expect(thrownBy(() => labels(text))).toMatchObject({
      class: 'input',
      message: expect.stringContaining(message),
    });
  });
});
