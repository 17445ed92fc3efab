import { probeStatus, probeUrl, warmCount } from '../../../../src/action/inputs/values/warm-parsers.js';
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

describe('when it is read what is probed', () => {
  it.each([
    ['https://my-app.fly.dev/up?a=b#c', 'https://my-app.fly.dev/up?a=b'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['http://localhost/x', 'http://localhost/x'],
  ])('%s', (text, href) => expect(probeUrl(text).href).toBe(href));

  it.each([
    ['my-app.fly.dev', 'is not a URL'],
    ['http://my-app.fly.dev', 'must be https'],
    ['file:///etc/passwd', 'must be https'],
    ['https://user:secret@my-app.fly.dev', 'has a user or a password'],
  ])('refuses %s', (text, why) => {
    expect(complaint(probeUrl, text)).toContain(why);
    expect(complaint(probeUrl, text)).not.toContain('secret');
  });

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
