import { COMMANDS, type WorkingCommand } from '../../../src/command-table.js';
import { parseAction } from '../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import type { CaveatSets } from '../../../src/macaroon/verdict.js';
import { Judge } from '../../../src/permissions/may.js';
import { OPTION_NEEDS } from '../../../src/permissions/needs.js';

const action = (letters: string): Caveat => ({ name: 'Action', body: parseAction(letters) });
const machines = (...names: string[]): Caveat => ({
  name: 'Machines',
  body: { machines: new Map(names.map((name) => [name, 31])) },
});
const commands: Caveat = {
  name: 'Commands',
  body: [
    { args: ['ls'], exact: true },
    { args: ['ps', 'aux'], exact: false },
  ],
};
const apps: Caveat = { name: 'Apps', body: { apps: new Map([[12n, 31]]) } };
const unknown: Caveat = { name: 'Unregistered', type: 99n, body: Uint8Array.of(0xc0) };

const judge = (tokens: CaveatSets) => new Judge(tokens, { command: 'any' });
const ifPresent = (...ifs: Caveat[]): Caveat => ({
  name: 'IfPresent',
  body: { ifs, else: parseAction('r') },
});

describe('when it is asked whether a token may do something', () => {
  it.each<[string, CaveatSets, WorkingCommand, string]>([
    ['all is allowed', [[]], 'stop', 'yes'],
    ['its caveat is named', [[action('r')]], 'stop', 'no, because of “only read” (Action)'],
    [
      'a type that is not known is named by its number',
      [[unknown]],
      'list',
      'fly must say, it depends on “a caveat of the unknown type 99 (1 byte), which only Fly can read” (99)',
    ],
    [
      'of several tokens each is, once',
      [[action('r')], [action('r')], [action('w')]],
      'stop',
      'no, because of “only read” (Action) and “only write” (Action)',
    ],
    [
      'what it does first is what it fails at',
      [[action('C')]],
      'stop',
      'no, because of “only control” (Action)',
    ],
    [
      'the machines are named that it may',
      [[ifPresent(machines('m1', 'm2'))]],
      'stop',
      'yes, only machines m1, m2',
    ],
    ['the commands are', [[ifPresent(commands)]], 'exec', 'yes, only ["ls"], ["ps","aux"]'],
    [
      'it hangs on a number',
      [[apps]],
      'stop',
      'fly must say, it depends on “only app 12 (all actions)” (Apps)',
    ],
    [
      'a part can not be read',
      [[action('r')], undefined],
      'stop',
      'fly must say, the token does not show what it may do',
    ],
    [
      'it is for machines alone',
      [[machines('')]],
      'stop',
      'fly must say, it is not documented whether Fly asks machine by machine, which matters because of “any machine (all actions)” (Machines)',
    ],
    [
      'the machines are what it hangs on, not the number',
      [[apps, machines('m1')]],
      'stop',
      'fly must say, it is not documented whether Fly asks machine by machine, which matters because of “only machine m1 (all actions)” (Machines)',
    ],
    [
      'the action is not documented',
      [[action('rC')]],
      'cordon',
      'fly must say, it is not documented which action that takes: control (allowed), write (not allowed)',
    ],
    ['it is certain all the same', [[action('r')]], 'uncordon', 'no, because of “only read” (Action)'],
  ])('answers, and says why: %s', (_, tokens, command, expected) => {
    const { verdict, reason } = judge(tokens).all(COMMANDS[command].needs);
    expect([verdict, reason].filter(Boolean).join(', ')).toBe(expected);
  });

  it.each<['yes' | 'no', CaveatSets, 'yes' | 'no']>([
    ['yes', [[apps]], 'yes'],
    ['no', [[apps]], 'no'],
    ['yes', [[action('r')]], 'no'],
    ['no', [[]], 'no'],
  ])('takes the word of Fly for what is open, and its no in any case: %s, %#', (said, tokens, expected) => {
    const says = () => ({ verdict: said, reason: 'Fly says so' });
    const { verdict } = new Judge(tokens, { command: 'any' }, says).all(COMMANDS.stop.needs);
    expect(verdict).toBe(expected);
  });

  it('judges one machine where that is known', () => {
    const of = (machine: string) =>
      new Judge([[ifPresent(machines('m1'))]], { command: 'any', machine }).all(COMMANDS.stop.needs).verdict;
    expect([of('m1'), of('m2')]).toEqual(['yes', 'no']);
  });

  it('knows what inputs need besides', () => {
    expect(judge([[action('r')]]).all(OPTION_NEEDS.lease).verdict).toBe('no');
    expect(judge([[action('rwC')]]).all(OPTION_NEEDS.hold).verdict).toBe('yes');
  });
});
