import type { Happening } from '../../../../../emulator/happening.js';
import { settled } from '../../../../../simulate/checks/truth/settled.js';
import type { Told } from '../../../../../simulate/checks/view/told.js';
import type { ActionStep, Script, ScriptMachine } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
  stateChange,
} from '../../../../support/simulate/made-history.js';
import { outputsOf, toldMachine } from '../../../../support/simulate/made-outputs.js';

type Exit = { readonly code: number; readonly oom: boolean; readonly requested: boolean };

const PATH = '/v1/apps/my-app/machines/a';
const MACHINE = { kind: 'machine' } as const;
const change = (from: string, to: string, ms: number, rest: object = {}) =>
  stateChange('a', from, to, { at: START + ms, ...rest });
const read = (ms: number, rest: Parameters<typeof madePost>[1] = {}) => {
  const made = madePost(PATH, { at: START + ms, ...rest });
  return { ...made, request: { ...made.request, method: 'GET' } };
};

interface Given {
  readonly command?: ActionStep['command'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly told?: Told;
  readonly machine?: Partial<ScriptMachine>;
  readonly script?: Partial<Script>;
  readonly readMs?: number;
  /** Time of another read, whose answer was lost on the way. */
  readonly lostMs?: number;
  /** Changes after its start at 2 s. */
  readonly later: readonly Happening[];
}

const of = ({
  command = 'start',
  inputs = { settle: '5s' },
  told = toldMachine('a', 'changed'),
  machine,
  script,
  readMs = 2_100,
  lostMs,
  later,
}: Given) =>
  foundBy(
    settled,
    madeScript([{ id: 'a', name: 'web-a', ...machine }], script),
    madeHistory({
      fleet: [fleetMachine('a', { state: 'stopped' })],
      runs: [madeRun({ command, inputs }, { outputs: outputsOf([told]) })],
      exchanges: [
        madePost(`${PATH}/start`),
        read(readMs),
        ...(lostMs === undefined ? [] : [read(lostMs, { reply: { status: 504, headers: {}, body: '' } })]),
      ],
      happenings: [change('stopped', 'starting', 1_000), change('starting', 'started', 2_000), ...later],
    }),
  );

const ended = (exit: Partial<Exit>, ms = 4_000) =>
  change('started', 'stopped', ms, {
    exit: { code: 0, oom: false, requested: false, ...exit },
    cause: MACHINE,
  });
const again = change('stopped', 'starting', 4_000, { cause: MACHINE });

describe('when a machine has crashed within the pause after its start', () => {
  it.each<[string, readonly Happening[]]>([
    ['a code', [ended({ code: 1 })]],
    ['a lack of memory, asked for or not', [ended({ code: -1, oom: true, requested: true })]],
    ['another start by Fly', [ended({}), again]],
    ['failed', [change('started', 'failed', 4_000, { cause: MACHINE })]],
  ])('changed is wrong: %s', (_, later) => {
    expect(of({ later })).toEqual({
      found: ['says changed, and it crashed 2000 ms after its start, with 5000 ms to settle'],
      seen: 1,
    });
    expect(of({ later, told: toldMachine('a', 'failed') })).toEqual({ found: [], seen: 1 });
  });

  it('is not hidden by an answer that was lost afterwards', () => {
    expect(of({ lostMs: 4_500, later: [ended({ code: 1 })] }).found).toHaveLength(1);
  });

  it('may be hidden by what another client has done since', () => {
    const theirs = change('stopped', 'starting', 4_500, { cause: { kind: 'request', by: 'daily/0' } });
    expect(of({ later: [ended({ code: 1 }), theirs] })).toEqual({ found: [], seen: 0 });
  });

  it('is looked at in any case after a restart and a warm-up, unless something else tells', () => {
    const later = [ended({ code: 1 })];
    const checks = { config: { checks: { alive: { type: 'tcp' } } } };
    expect(of({ command: 'warm-up', inputs: {}, later }).found).toHaveLength(1);
    expect(of({ command: 'restart', inputs: {}, later }).found).toHaveLength(1);
    expect(of({ command: 'restart', inputs: {}, machine: checks, later }).found).toEqual([]);
    expect(of({ command: 'restart', inputs: { wait: 'false' }, later }).found).toEqual([]);
    expect(of({ command: 'warm-up', inputs: { 'probe-url': 'https://x' }, later }).found).toEqual([]);
    expect(of({ inputs: {}, later }).found).toEqual([]);
  });

  it.each<[string, Partial<Given>]>([
    ['the crash came later', { later: [ended({ code: 1 }, 7_500)] }],
    ['the step could not read it in between', { lostMs: 3_000 }],
    ['the step only saw a later start', { readMs: 9_000, later: [ended({ code: 1 })] }],
    [
      'the step had no time left',
      { told: toldMachine('a', 'changed', { reason: 'the step had no more time' }) },
    ],
    ['reads may be old', { script: { settings: { staleMs: 1 } } }],
  ])('nothing is said where %s', (_, given) => {
    expect(of({ later: [ended({ code: 1 })], ...given }).found).toEqual([]);
  });
});

describe('when a machine was stopped, or has done its work', () => {
  const failed = toldMachine('a', 'failed', { error: 'wrong state: it did not stay up' });

  it.each<[string, readonly Happening[], string]>([
    ['by request', [ended({ code: 137, requested: true })], 'a stop by request'],
    ['with code 0', [ended({})], 'an end with code 0'],
    ['by a suspend', [change('suspending', 'suspended', 4_000)], 'a suspend'],
  ])('failed is wrong: %s', (_, later, words) => {
    expect(of({ later, told: failed })).toEqual({
      found: [`fails, and nothing but ${words} befell it: wrong state: it did not stay up`],
      seen: 1,
    });
    expect(of({ later })).toEqual({ found: [], seen: 1 });
  });

  it('may be told as failed where a deploy has replaced it since, with its events', () => {
    const deploy: Happening = {
      kind: 'version',
      at: START + 4_500,
      app: 'my-app',
      machine: 'a',
      cause: { kind: 'person', by: 'deploy' },
      instanceId: '02',
    };
    const later = [ended({ code: 137, requested: true }), deploy];
    expect(of({ later, told: failed })).toEqual({ found: [], seen: 0 });
  });

  it('is no longer ready', () => {
    expect(of({ command: 'warm-up', later: [ended({})], told: failed }).found).toEqual([]);
  });

  it('is a failure for checks that are waited for', () => {
    const machine = { config: { checks: { alive: { type: 'tcp' } } } };
    const inputs = { settle: '5s', wait: 'checks' };
    expect(of({ inputs, machine, later: [ended({})], told: failed }).found).toEqual([]);
  });
});
