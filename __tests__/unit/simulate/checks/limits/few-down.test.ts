import type { Cause, Happening } from '../../../../../emulator/happening.js';
import { fewDown } from '../../../../../simulate/checks/limits/few-down.js';
import type { FleetMachine } from '../../../../../simulate/history/history.js';
import type { ScriptMachine } from '../../../../../simulate/script/script.js';
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

const OURS: Cause = { kind: 'request', by: 'job/0' };
const SOMEBODY: Cause = { kind: 'person', by: 'somebody' };
const ITSELF: Cause = { kind: 'machine' };

const change = (id: string, from: string, to: string, ms: number, cause: Cause = OURS): Happening =>
  stateChange(id, from, to, { at: START + ms, cause });

/** Restart of a machine that is down between two times, or from one on. */
const down = (id: string, from: number, until?: number): Happening[] => [
  change(id, 'started', 'restarting', from),
  ...(until === undefined ? [] : [change(id, 'restarting', 'started', until)]),
];

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Value of `max-unavailable`; undefined: not given. */
  readonly most?: string | undefined;
  /** Number of machines: `m0`, `m1`, … */
  readonly count?: number;
  readonly isListed?: boolean;
  readonly born?: (id: string) => Partial<FleetMachine>;
  readonly spec?: (id: string) => Partial<ScriptMachine>;
}

const of = (happenings: readonly Happening[], given: Given = {}) => {
  const { inputs, count = 4, born, spec, isListed = true } = given;
  const most = 'most' in given ? given.most : '50%';
  const ids = Array.from({ length: count }, (_, index) => `m${index}`);
  const machines = ids.map((id) => ({ id, name: `web-${id}`, ...spec?.(id) }));
  const step = {
    command: 'restart' as const,
    inputs: {
      app: 'my-app',
      machines: 'all',
      wait: 'true',
      ...(most !== undefined && { 'max-unavailable': most }),
      ...inputs,
    },
  };
  const restart = madePost('/v1/apps/my-app/machines/m0/restart');
  const { request, ...made } = madePost('/v1/apps/my-app/machines', { at: START });
  const list = { ...made, request: { ...request, method: 'GET' } };
  return foundBy(
    fewDown,
    madeScript(machines),
    madeHistory({
      fleet: ids.map((id) => fleetMachine(id, born?.(id))),
      runs: [madeRun(step)],
      exchanges: isListed ? [list, restart] : [restart],
      happenings,
    }),
  );
};

const TWO = [...down('m0', 1_000, 3_000), ...down('m1', 2_000, 4_000)];
const THREE = [...TWO, ...down('m2', 2_500, 4_000)];

describe('when machines are down at once', () => {
  it('says so where they are more than allowed', () => {
    expect(of(TWO)).toEqual({ found: [], seen: 1 });
    expect(of(THREE).found).toEqual(['had 3 of app in my-app down at once, of at most 2']);
  });

  it('counts one as back at the moment in which it is', () => {
    expect(of([...TWO, ...down('m2', 3_000, 5_000)]).found).toEqual([]);
  });

  it('counts one that never came back to the end', () => {
    expect(of([...down('m0', 1_000), ...down('m1', 2_000, 4_000), ...down('m2', 5_000)]).found).toEqual([]);
    expect(of([...down('m0', 1_000), ...down('m1', 2_000), ...down('m2', 9_000)]).found).toHaveLength(1);
  });

  it('counts each group alone', () => {
    const born = (id: string) => (id === 'm2' ? { metadata: { fly_process_group: 'worker' } } : {});
    expect(of(THREE, { born, count: 5 }).found).toEqual([]);
    expect(of(TWO, { born, most: '1' }).found).toHaveLength(1);
  });
});

describe('when a share or a number is allowed', () => {
  const ALL = [...THREE, ...down('m3', 2_500, 4_000)];

  it.each([
    ['74%', TWO, 0],
    ['74%', THREE, 1],
    ['1%', down('m0', 1_000), 0],
    ['1%', TWO, 1],
    ['99', THREE, 0],
    ['99', ALL, 1],
    ['100%', ALL, 0],
    ['1', TWO, 1],
  ])('%s of four is rounded down, is one at least, and leaves one', (most, happenings, found) => {
    expect(of(happenings, { most }).found).toHaveLength(found);
  });

  it('is a third of them unless told', () => {
    expect(of(TWO, { most: undefined, count: 7 }).found).toEqual([]);
    expect(of(TWO, { most: undefined, count: 6 }).found).toHaveLength(1);
  });

  it('is of the machines that are restarted: started, not left out, and no more than the limit', () => {
    const stopped = (id: string) => (id === 'm3' ? { state: 'stopped' } : {});
    expect(of(TWO, { born: stopped }).found).toHaveLength(1);
    expect(of(TWO, { inputs: { exclude: 'm3' } }).found).toHaveLength(1);
    expect(of(TWO, { inputs: { limit: '3' } }).found).toHaveLength(1);
  });

  it('is of the first of all groups where there is a limit', () => {
    const born = (id: string) => (id < 'm3' ? { metadata: { fly_process_group: 'worker' } } : {});
    const two = [...down('m3', 1_000, 3_000), ...down('m4', 2_000, 4_000)];
    expect(of(two, { born, count: 7, inputs: { limit: '7' } }).found).toEqual([]);
    const cut = { born, count: 7, inputs: { limit: '6' } };
    expect(of(two, cut).found).toHaveLength(1);
    expect(of(two, { ...cut, isListed: false }).found).toEqual([]);
  });
});

describe('when machines have checks', () => {
  const spec = () => ({ config: { checks: { web: {} } }, behaviour: { checksPassMs: 1_500 } });
  const next = [...down('m0', 1_000, 2_000), ...down('m1', 3_000)];

  it('are down until these pass, where the step waits for them', () => {
    expect(of(next, { most: '1', spec }).found).toEqual([]);
    expect(of(next, { most: '1', inputs: { wait: 'checks' }, spec }).found).toHaveLength(1);
    expect(of(next, { most: '1', inputs: { wait: 'auto' }, spec }).found).toHaveLength(1);
    const later = [...down('m0', 1_000, 2_000), ...down('m1', 3_500)];
    expect(of(later, { most: '1', inputs: { wait: 'auto' }, spec }).found).toEqual([]);
    expect(of(next, { most: '1', inputs: { wait: 'auto' } }).found).toEqual([]);
  });

  it('don’t pass in a process that ends before', () => {
    const crash = [
      change('m0', 'started', 'stopped', 2_500, ITSELF),
      change('m0', 'stopped', 'starting', 2_500, ITSELF),
      change('m0', 'starting', 'started', 5_000, ITSELF),
    ];
    const both = (ms: number) => [...down('m0', 1_000, 2_000), ...crash, ...down('m1', ms)];
    expect(of(both(6_000), { most: '1', inputs: { wait: 'checks' }, spec }).found).toHaveLength(1);
    expect(of(both(6_500), { most: '1', inputs: { wait: 'checks' }, spec }).found).toEqual([]);
  });

  it('did not serve before where these failed', () => {
    const failing = (id: string) => ({
      config: { checks: { web: {} } },
      behaviour: {
        checks: {
          web: { status: id === 'm0' ? ('critical' as const) : ('passing' as const), output: '' },
        },
      },
    });
    expect(of(TWO, { most: '1', spec: failing }).found).toEqual([]);
    expect(of(THREE, { most: '1', spec: failing }).found).toHaveLength(1);
  });
});

describe('when others are at work', () => {
  const second = down('m1', 5_000, 6_000);

  it('counts only what the step has put down', () => {
    const other = change('m0', 'started', 'stopping', 1_000, SOMEBODY);
    expect(of([other, ...second], { most: '1' })).toEqual({ found: [], seen: 1 });
    expect(of([...down('m0', 1_000), ...second], { most: '1' }).found).toHaveLength(1);
  });

  it('counts none that others put down since, or that has done its work', () => {
    const gone = change('m0', 'restarting', 'destroying', 2_000, SOMEBODY);
    expect(of([...down('m0', 1_000), gone, ...second], { most: '1' }).found).toEqual([]);
    const ended = stateChange('m0', 'starting', 'stopped', {
      at: START + 2_000,
      cause: ITSELF,
      exit: { code: 0, oom: false, requested: false },
    });
    expect(of([...down('m0', 1_000), ended, ...second], { most: '1' }).found).toEqual([]);
  });

  it('says nothing of a machine that got another version', () => {
    const version: Happening = {
      kind: 'version',
      app: 'my-app',
      machine: 'm0',
      at: START + 2_000,
      cause: SOMEBODY,
      instanceId: 'v2',
    };
    expect(of([...down('m0', 1_000), version, ...second], { most: '1' }).found).toEqual([]);
  });
});
