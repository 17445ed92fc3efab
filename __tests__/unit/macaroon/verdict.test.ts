import * as fc from 'fast-check';
import { parseAction } from '../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import { MOST_WORK, type Question } from '../../../src/macaroon/possibilities.js';
import { prohibits } from '../../../src/macaroon/prohibits.js';
import { tokenScopes } from '../../../src/macaroon/scope-words.js';
import { judge, judgeAny, type Verdict } from '../../../src/macaroon/verdict.js';
import { anyAccess, anyCaveats, anyQuestion } from '../../support/tokens/any-caveats.js';
import { window } from '../../support/tokens/tokens.js';

const r = parseAction('r');
const rC = parseAction('rC');
const C = parseAction('C');
const org = (id: bigint, mask: number): Caveat => ({ name: 'Organization', body: { id, mask } });
const apps = (...entries: [bigint, number][]): Caveat => ({ name: 'Apps', body: { apps: new Map(entries) } });
const machines = (...entries: [string, number][]): Caveat => ({
  name: 'Machines',
  body: { machines: new Map(entries) },
});
const action = (body: number): Caveat => ({ name: 'Action', body });
const execOnly = (...commands: { args: string[]; exact: boolean }[]): Caveat => ({
  name: 'IfPresent',
  body: { ifs: [{ name: 'Commands', body: commands }], else: r },
});
const unknown: Caveat = { name: 'Unregistered', type: 99n, body: Uint8Array.of(0xc0) };

const stop: Question = { action: C, at: 'machine' };
const list: Question = { action: r, at: 'app' };

/** `yes`, `yes m1`, `no Action`, `open Apps`. */
function words(verdict: Verdict): string {
  if (verdict.kind === 'open') return `open ${verdict.caveat?.name ?? ''}`.trim();
  if (verdict.kind === 'no') return `no ${verdict.caveats.map(({ name }) => name).join(' ')}`;
  return ['yes', ...verdict.only.map((it) => it.command?.join(' ') ?? it.machine)].join(' ');
}

describe('when a token is judged by its caveats alone', () => {
  it.each<[string, Caveat[], Question, string]>([
    ['nothing restricts it', [], stop, 'yes'],
    ['it is for one app, and which that is is not known', [org(1n, rC), apps([12n, rC])], list, 'open Apps'],
    ['the number is known', [org(1n, rC), apps([12n, rC])], { ...stop, appId: 12n, orgId: 1n }, 'yes'],
    ['the number is another one', [apps([12n, rC])], { ...stop, appId: 13n }, 'no Apps'],
    ['it is for reading, whatever app it is', [apps([12n, r])], stop, 'no Apps'],
    ['an action forbids it, whatever app it is', [apps([12n, rC]), action(r)], stop, 'no Action'],
    ['two caveats leave no app together', [apps([1n, rC]), apps([2n, rC])], list, 'no Apps'],
    ['any app will do', [apps([0n, rC])], stop, 'yes'],
    ['it is for one machine', [machines(['m1', rC], ['m2', r])], stop, 'yes m1'],
    ['it is for machines, and the app as a whole is meant', [machines(['', rC])], list, 'no Machines'],
    [
      'two caveats leave no machine together',
      [machines(['m1', rC]), machines(['m2', rC])],
      stop,
      'no Machines',
    ],
    ['it is for commands', [execOnly({ args: ['ls'], exact: true })], stop, 'no IfPresent'],
    [
      'some commands may be run',
      [execOnly({ args: ['ls'], exact: true }, { args: ['ps'], exact: false })],
      { ...stop, command: 'any' },
      'yes ls ps',
    ],
    [
      'just that command may not',
      [execOnly({ args: ['ls'], exact: true })],
      { ...stop, command: ['ls', '-l'] },
      'no IfPresent',
    ],
    ['it has ended', [window(0, 99)], { ...stop, now: 100 }, 'no ValidityWindow'],
    ['it has ended by a clock that is not to be trusted', [window(0, 99)], stop, 'open ValidityWindow'],
    ['it never holds', [window(100, 99)], stop, 'no ValidityWindow'],
    [
      'only a machine of Fly may send it',
      [{ name: 'FromMachineSource', body: { id: 'm' } }],
      stop,
      'open FromMachineSource',
    ],
    ['it is for GraphQL', [{ name: 'Mutations', body: { mutations: ['m'] } }], list, 'no Mutations'],
    ['a caveat is of no known type', [unknown], list, 'open Unregistered'],
    [
      'one within another is of no known type',
      [{ name: 'IfPresent', body: { ifs: [unknown], else: r } }],
      list,
      'open IfPresent',
    ],
    ['whatever one of no known type means', [unknown, action(r)], stop, 'no Action'],
    ['a third party has not discharged it', [third()], list, 'no 3P'],
    ['it asserts what only a discharge may', [{ name: 'FlyioUserID', body: 1n }], list, 'no FlyioUserID'],
  ])('says what is certain: %s', (_, caveats, question, expected) => {
    expect(words(judge(caveats, question))).toBe(expected);
  });

  it('takes a bundle by the token that allows most', () => {
    const reading = [action(r)];
    const ofOneApp = [apps([12n, rC])];
    expect(words(judgeAny([reading, []], stop))).toBe('yes');
    expect(words(judgeAny([reading, ofOneApp], stop))).toBe('open Apps');
    expect(words(judgeAny([reading, [unknown]], stop))).toBe('open Unregistered');
    expect(words(judgeAny([reading, undefined], stop))).toBe('open');
    expect(words(judgeAny([], stop))).toBe('open');
  });

  it('does not look through more than somebody could have meant', () => {
    const many = [...Array(1_000).keys()];
    const hostile = [
      apps(...many.map((id): [bigint, number] => [BigInt(id + 1), r])),
      machines(...many.map((id): [string, number] => [`m${id}`, r])),
    ];
    expect(words(judge(hostile, stop))).toBe('open');
  });
});

describe('when what was not known comes out', () => {
  it('is as it was judged, by the rules that Fly itself goes by', () => {
    const cases = fc.tuple(anyCaveats, anyQuestion).chain(([caveats, question]) =>
      fc.record({
        caveats: fc.constant(caveats),
        question: fc.constant(question),
        access: anyAccess(question),
      }),
    );
    const seen = { yes: 0, no: 0, open: 0 };
    fc.assert(
      fc.property(cases, ({ caveats, question, access }) => {
        const verdict = judge(caveats, question);
        seen[verdict.kind] += 1;
        const refused = prohibits(caveats, access);
        if (verdict.kind === 'no') expect(refused).toBeDefined();
        if (verdict.kind === 'yes' && verdict.only.length === 0) expect(refused).toBeUndefined();
      }),
      { numRuns: 5_000, seed: 6 },
    );
    for (const number of Object.values(seen)) expect(number).toBeGreaterThan(200);
  });

  it('could have come out either way where that was left open, and as told where only some are allowed', () => {
    const cases = fc.tuple(anyCaveats, anyQuestion);
    fc.assert(
      fc.property(cases, ([caveats, question]) => {
        const verdict = judge(caveats, question);
        const accesses = fc.sample(anyAccess(question), { numRuns: 600, seed: 1 });
        const refused = accesses.map((access) => prohibits(caveats, access) !== undefined);
        if (verdict.kind === 'open') expect(new Set(refused)).toEqual(new Set([true, false]));
        if (verdict.kind === 'yes') expect(refused).toContain(false);
      }),
      { numRuns: 60, seed: 6 },
    );
  });
});

function third(): Caveat {
  const body = { location: 'https://x.test', verifierKey: new Uint8Array(), ticket: new Uint8Array() };
  return { name: '3P', body };
}

describe('when a token is built to keep us busy', () => {
  const many = Array.from({ length: MOST_WORK }, () => action(31));
  const ids = Array.from({ length: MOST_WORK }, (_, index): [bigint, number] => [BigInt(index + 1), 31]);
  const nested: Caveat = { name: 'IfPresent', body: { ifs: many, else: 31 } };

  it.each<[string, Caveat[], Question]>([
    ['what is nested', [nested], stop],
    ['a set whose ids are of no matter', [apps(...ids)], { ...stop, appId: 1n }],
  ])('tries nothing: %s', (_, caveats, question) => {
    expect(words(judge(caveats, question))).toBe('open');
    expect(tokenScopes([caveats])).toMatchObject([{ may: [expect.stringMatching(/only Fly can tell/)] }]);
    // Ten such use up what there is for a bundle; one that is like any other is still told before them.
    const bundle = tokenScopes([[], ...Array.from({ length: 60 }, () => caveats), []]);
    expect(bundle[0]?.may).toEqual(['do everything with every app']);
    expect(bundle.at(-1)?.may).toEqual([expect.stringMatching(/only Fly can tell/)]);
  });

  it('spends no more on many judgements than there is for all', () => {
    const work = { left: 100 };
    const kinds = Array.from({ length: 50 }, () => judge([action(31)], stop, work).kind);
    expect(new Set(kinds)).toEqual(new Set(['yes', 'open']));
    expect(work.left).toBeGreaterThan(-10);
  });
});
