import { checkTrouble, hasChecks } from '../../../src/machines/checks.js';
import type { Check } from '../../../src/machines/machine/machine.js';
import { appMachine } from '../../support/machines.js';

const check = (name: string, status = 'passing', output = ''): Check => ({ name, status, output });
const SERVICE = 'servicecheck-00-http-8080';
const OTHER = 'servicecheck-01-tcp-8080';

function trouble(names: readonly string[], ofServices: number, checks: readonly Check[]): string | undefined {
  return checkTrouble(appMachine('m1', { configuredChecks: { names, ofServices }, checks }));
}

describe('when checks are judged', () => {
  it.each([
    ['all pass', ['web'], 1, [check('web'), check(SERVICE)], undefined],
    ['nothing is reported', ['web'], 0, [], 'check web has not reported yet'],
    ['one is silent', ['web', 'db'], 0, [check('web')], 'check db has not reported yet'],
    ['one is critical', ['web'], 0, [check('web', 'critical', 'refused')], 'check web is critical: refused'],
    ['one warns', ['web'], 0, [check('web', 'warning')], 'check web is warning'],
    ['one has no status', ['web'], 0, [check('web', '')], 'check web is '],
    ['a service is silent', [], 2, [check(SERVICE)], '1 of 2 checks of services have reported'],
    ['all services pass', [], 2, [check(SERVICE), check(OTHER)], undefined],
    ['another kind does not stand in', [], 1, [check('web')], '0 of 1 checks of services have reported'],
    ['more report than are configured', [], 1, [check(SERVICE), check(OTHER)], undefined],
    [
      'one that is not configured fails',
      [],
      1,
      [check(SERVICE), check('x', 'critical')],
      'check x is critical',
    ],
  ] as const)('%s', (_, names, ofServices, checks, expected) => {
    expect(trouble(names, ofServices, checks)).toBe(expected);
  });

  it.each(['stopped', 'starting', 'replacing'])('counts none of a machine that is %s', (state) => {
    expect(checkTrouble(appMachine('m1', { state, checks: [check('web')] }))).toBe(`it is ${state}`);
  });

  it('shortens what a check says to one line', () => {
    const text = trouble(['web'], 0, [check('web', 'critical', `a\n::error::b${'x'.repeat(9_000)}`)]);
    expect(text).not.toContain('\n');
    expect(text?.length).toBeLessThan(350);
  });
});

describe('when it is asked whether there are checks', () => {
  it.each([
    [[], 0, false],
    [['web'], 0, true],
    [[], 1, true],
  ] as const)('%j and %i of services: %s', (names, ofServices, expected) => {
    expect(hasChecks(appMachine('m1', { configuredChecks: { names, ofServices } }))).toBe(expected);
  });
});
