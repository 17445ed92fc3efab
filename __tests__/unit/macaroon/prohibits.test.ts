import type { Access } from '../../../src/macaroon/access.js';
import { formatAction, parseAction } from '../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import { prohibits } from '../../../src/macaroon/prohibits.js';
import { window } from '../../support/tokens/tokens.js';

const r = parseAction('r');
const rC = parseAction('rC');
const C = parseAction('C');
const machine: Access = { action: C, now: 50, orgId: 1n, appId: 12n, machine: 'm1' };
const list: Access = { action: r, now: 50, orgId: 1n, appId: 12n };
const org = (id: bigint, mask: number): Caveat => ({ name: 'Organization', body: { id, mask } });
const apps = (...entries: [bigint, number][]): Caveat => ({ name: 'Apps', body: { apps: new Map(entries) } });
const machines = (...entries: [string, number][]): Caveat => ({
  name: 'Machines',
  body: { machines: new Map(entries) },
});
const ifPresent = (ifs: Caveat[], otherwise: number): Caveat => ({
  name: 'IfPresent',
  body: { ifs, else: otherwise },
});
const commands = (args: string[], exact: boolean): Caveat => ({ name: 'Commands', body: [{ args, exact }] });

it('turns letters into masks and back', () => {
  expect(parseAction('rwcdC')).toBe(31);
  expect(parseAction('*')).toBe(0xffff);
  expect(formatAction(17)).toBe('rC');
});

describe('when a caveat is checked against an access', () => {
  it.each<[string, Caveat[], Access, boolean]>([
    ['no caveat at all', [], machine, true],
    ['the organization', [org(1n, rC)], machine, true],
    ['any organization', [org(0n, rC)], machine, true],
    ['another organization', [org(2n, rC)], machine, false],
    ['an organization without control', [org(1n, r)], machine, false],
    ['the app', [apps([12n, rC])], machine, true],
    ['another app', [apps([13n, rC])], machine, false],
    ['any app', [apps([0n, rC])], machine, true],
    ['any app beside a named one, which is malformed', [apps([0n, rC], [12n, rC])], machine, false],
    ['masks of all entries that match are intersected', [apps([12n, r])], machine, false],
    ['machines, for an access that names none', [machines(['', rC])], list, false],
    ['machines, for one that does', [machines(['', rC])], machine, true],
    ['an action', [{ name: 'Action', body: r }], machine, false],
    ['inside the window', [window(50, 50)], machine, true],
    ['after the window', [window(0, 49)], machine, false],
    ['before the window', [window(51, 99)], machine, false],
    ["a window whose end is more than Go's clock can count", [window(0, 2 ** 63 - 1024)], machine, false],
    ["a window whose start is more than Go's clock can count", [window(2 ** 63 - 1024, 99)], machine, true],
    ['IfPresent whose branch is concerned', [ifPresent([machines(['m1', C])], 0)], machine, true],
    ['IfPresent whose branch forbids', [ifPresent([machines(['m2', C])], C)], machine, false],
    ['IfPresent that is not concerned, by its else', [ifPresent([commands(['ls'], true)], r)], list, true],
    [
      'IfPresent that is not concerned, without else',
      [ifPresent([commands(['ls'], true)], r)],
      machine,
      false,
    ],
    ['a command by prefix', [commands(['ls'], false)], { ...machine, command: ['ls', '-l'] }, true],
    ['a command that must be exact', [commands(['ls'], true)], { ...machine, command: ['ls', '-l'] }, false],
    ['no command allowed at all', [{ name: 'Commands', body: [] }], { ...machine, command: ['ls'] }, false],
    ['a member', [{ name: 'IsMember', body: {} }], machine, true],
    [
      'a member who deletes the organization',
      [{ name: 'IsMember', body: {} }],
      { action: r, now: 0, orgId: 1n, feature: 'deletion' },
      false,
    ],
    [
      'an admin feature',
      [{ name: 'AllowedRoles', body: 1 }],
      { action: 2, now: 0, orgId: 1n, feature: 'billing' },
      false,
    ],
    [
      'all roles',
      [{ name: 'AllowedRoles', body: 0xffffffff }],
      { action: 2, now: 0, orgId: 1n, feature: 'billing' },
      true,
    ],
    ['a source machine, from outside', [{ name: 'FromMachineSource', body: { id: 'm9' } }], machine, false],
    [
      'storage by prefix',
      [{ name: 'StorageObjects', body: { prefixes: new Map([['https://s/b', r]]) } }],
      { action: r, now: 0, orgId: 1n, storageObject: 'https://s/b/o' },
      true,
    ],
    ['an attestation', [{ name: 'FlyioUserID', body: 1n }], machine, true],
    [
      'a third party, once verification is past',
      [{ name: '3P', body: { location: '', verifierKey: Buffer.of(), ticket: Buffer.of() } }],
      machine,
      false,
    ],
    [
      'a type nobody registered',
      [{ name: 'Unregistered', type: 99n, body: Buffer.of(0xc0) }],
      machine,
      false,
    ],
    ['MaxValidity, which is for discharges', [{ name: 'MaxValidity', body: 60n }], machine, false],
  ])('decides on %s', (_, caveats, access, allowed) => {
    expect(prohibits(caveats, access) === undefined).toBe(allowed);
  });
});

describe('when an access makes no sense', () => {
  it.each<[string, Access]>([
    ['no organization', { action: r, now: 0 }],
    ['a machine without an app', { action: r, now: 0, orgId: 1n, machine: 'm' }],
    ['an app and a feature', { action: r, now: 0, orgId: 1n, appId: 1n, feature: 'wg' }],
    ['a machine and a volume', { action: r, now: 0, orgId: 1n, appId: 1n, machine: 'm', volume: 'v' }],
    ['a command without a machine', { action: r, now: 0, orgId: 1n, appId: 1n, command: [] }],
    ['a cluster without its feature', { action: r, now: 0, orgId: 1n, cluster: 'c' }],
  ])('forbids %s', (_, access) => {
    expect(prohibits([], access)).toBeDefined();
  });
});

it('names the caveat in the way and what it lacks', () => {
  expect(prohibits([org(1n, r)], machine)).toBe('Organization: unauthorized for access C (C not allowed)');
});
