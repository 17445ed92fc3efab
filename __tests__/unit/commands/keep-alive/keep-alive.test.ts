import type { FaultRule } from '../../../../emulator/faults.js';
import type { RestoreRecord } from '../../../../src/commands/engine/restore-record.js';
import type { Hold } from '../../../../src/commands/keep-alive/hold.js';
import { KEEP_ALIVE_UNTIL } from '../../../../src/commands/keep-alive/hold.js';
import { KeepAlive } from '../../../../src/commands/keep-alive/keep-alive.js';
import { restore } from '../../../../src/commands/restore/restore.js';
import { Deadline } from '../../../../src/deadline.js';
import { timeIn } from '../../../../src/text.js';
import { resultOf } from '../../../support/results.js';
import { follow, many, outcomes, run } from '../../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const HOUR = 3_600_000;
const WEB = { checks: { web: { type: 'http', port: 80 } } };

const machineOf = (rig: MachinesRig, id = 'm000') => rig.fly.machine(APP, id);
const holdOf = (rig: MachinesRig, id?: string) => machineOf(rig, id).config.metadata?.[KEEP_ALIVE_UNTIL];
const metadataOf = (rig: MachinesRig) => rig.asked().filter((line) => line.includes('metadata'));

/** A job that holds a machine which it has started, after so long; `record` is what its end goes by. */
interface Job {
  readonly ms: number;
  readonly afterMs: number;
  readonly random: number;
}

/** Lets jobs hold the same machine; their records, in the same order. */
async function held(rig: MachinesRig, jobs: readonly Job[]): Promise<RestoreRecord[]> {
  const records: RestoreRecord[] = [];
  await follow(rig, async (tools) => {
    await Promise.all(
      jobs.map(async ({ ms, afterMs, random }, index) => {
        const holds: Hold[] = [];
        const machines = [{ app: APP, id: 'm000', version: '', from: 'stopped', left: 'started' }];
        records[index] = { command: 'start', fallback: 'none', machines, holds };
        const keeper = {
          before: () => Promise.resolve(),
          hold: (it: Hold) => void holds.push(it),
          after: () => undefined,
          end: () => undefined,
          turn: () => undefined,
          round: () => undefined,
        };
        const hold = { ms, now: () => rig.clock.now(), random: () => random };
        await rig.clock.sleep(afterMs);
        const it = await new KeepAlive(hold, keeper, tools).set({ app: APP, id: 'm000' }, rig.deadline);
        expect(it.held).toBe(holds.at(-1)?.held);
      }),
    );
    return resultOf([]);
  });
  return records;
}

/** The end of a job. */
async function end(rig: MachinesRig, record: RestoreRecord | undefined): Promise<void> {
  if (record === undefined) throw new Error('There is no such job.');
  const deadline = new Deadline(rig.clock, new AbortController().signal, 240_000);
  const progress = {
    ...{ planned: () => undefined, begin: () => undefined, end: () => undefined, done: () => undefined },
    ...{ turn: () => undefined, round: () => undefined },
    ...{ tell: () => undefined, note: () => undefined, warn: () => undefined },
  };
  const tools = { client: rig.client, clock: rig.clock, deadline, progress, now: () => rig.clock.now() };
  const { warnings } = await rig.clock.run(restore(record, tools));
  deadline.end();
  expect(warnings).toEqual([]);
}

describe('when jobs hold the same machine at the same moment', () => {
  const job = (random: number, changes: Partial<Job> = {}): Job => ({
    ...{ ms: HOUR, afterMs: 0, random },
    ...changes,
  });
  const rigOf = () =>
    createMachinesRig({ machines: many(1, () => ({ state: 'started' })), settings: { latencyMs: 200 } });

  it.each<[string, readonly Job[]]>([
    ['for as long', [job(0.2), job(0.7)]],
    ['the second for longer', [job(0.2), job(0.7, { ms: 2 * HOUR })]],
    ['the second for a shorter time', [job(0.2, { ms: 2 * HOUR }), job(0.7)]],
    ['a little later', [job(0.2), job(0.7, { afterMs: 150 })]],
    ['later by a look', [job(0.2), job(0.7, { afterMs: 900 })]],
    ['three of them', [job(0.2), job(0.7), job(0.9, { afterMs: 300 })]],
  ])('none stops it under another: %s', async (_, jobs) => {
    for (const [last] of jobs.entries()) {
      const rig = rigOf();
      const records = await held(rig, jobs);
      // Whatever was overwritten lives on in what stands there.
      expect(timeIn(holdOf(rig) ?? '') - rig.clock.now()).toBeGreaterThan(
        Math.max(...jobs.map(({ ms }) => ms)) - 10_000,
      );
      for (const [index, record] of records.entries()) if (index !== last) await end(rig, record);
      expect(machineOf(rig).state).toBe('started');
    }
  });

  it('leaves it to the one that is left, with what that wrote', async () => {
    const rig = rigOf();
    const records = await held(rig, [job(0.2), job(0.7)]);
    const aware = records.findIndex(({ holds = [] }) => holds.at(-1)?.before !== undefined);
    await end(rig, records[aware]);
    const other = records[1 - aware];
    expect([machineOf(rig).state, holdOf(rig)]).toEqual(['started', other?.holds?.[0]?.held]);
    await end(rig, other);
    expect([machineOf(rig).state, holdOf(rig)]).toEqual(['stopped', undefined]);
  });

  it('writes three times at most, each kept before', async () => {
    let others = 0;
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started' })),
      // Somebody writes over it at once, each time.
      around: (inner) => async (request) => {
        const response = await inner(request);
        if (request.method === 'POST') {
          others += 1;
          const time = new Date(rig.clock.now() + 2 * HOUR + others).toISOString();
          machineOf(rig).config = { ...machineOf(rig).config, metadata: { [KEEP_ALIVE_UNTIL]: time } };
        }
        return response;
      },
    });
    const [record] = await held(rig, [job(0.5)]);
    expect(metadataOf(rig)).toHaveLength(3);
    expect(record?.holds).toHaveLength(3);
    expect(record?.holds?.map(({ before }) => before !== undefined)).toEqual([false, true, true]);
  });

  it('says so where it could not look again, and is held', async () => {
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started' })),
      faults: [{ method: 'GET', path: /m000$/, from: 2, fault: { status: 403, body: { error: 'no' } } }],
    });
    const { result } = await run(rig, 'start', { hold: HOUR });
    expect(result.machines[0]?.held).toBe(holdOf(rig));
    expect(result.warnings).toEqual([
      expect.stringMatching(/^Machine m000 is held, but perhaps another job has written over that: /),
    ]);
  });
});

describe('when `start` waits for checks and holds', () => {
  const rigOf = (checksPassMs: number) =>
    createMachinesRig({
      machines: many(1, () => ({ config: WEB, behaviour: { checksPassMs } })),
      settings: { bootMs: 1_000, metadataLease: 'respected', unheldNonce: 'refused' },
    });

  it.each([undefined, 'ours'])('holds before they pass, under its lease: %s', async (lease) => {
    const rig = rigOf(120_000);
    let early: string | undefined;
    void rig.clock.sleep(10_000).then(() => {
      early = holdOf(rig);
    });
    const started = await run(rig, 'start', { hold: HOUR, wait: 'checks', lease });
    expect(started.result.machines[0]).toMatchObject({ outcome: 'changed', held: early });
    expect(early).toBe('2025-01-15T13:00:01.000Z');
    expect(started.result.machines[0]?.reason).toBe('held until 2025-01-15T13:00:01Z');
    expect([started.result.warnings, metadataOf(rig).length]).toEqual([[], 1]);
  });

  it('has held it where they never pass', async () => {
    const rig = rigOf(Number.POSITIVE_INFINITY);
    const { result } = await run(rig, 'start', { hold: HOUR, wait: 'checks' });
    expect(result.machines[0]).toMatchObject({ outcome: 'failed', held: holdOf(rig) });
  });

  it('holds what was on its way, and what was there already', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => ({
        ...{ state: 'started', sinceMs: index === 0 ? 0 : HOUR, config: WEB },
        behaviour: { checksPassMs: 60_000 },
      })),
    });
    const { result } = await run(rig, 'start', { hold: HOUR, wait: 'checks' });
    expect(outcomes({ result })).toEqual({ m000: 'unchanged', m001: 'unchanged' });
    expect([holdOf(rig, 'm000'), holdOf(rig, 'm001')]).toEqual([
      '2025-01-15T13:00:00.000Z',
      '2025-01-15T13:00:00.000Z',
    ]);
  });
});

describe('when many machines are still to be started', () => {
  it('holds at once those that are', async () => {
    const rig = createMachinesRig({
      machines: many(60),
      settings: { bootMs: 1_000, latencyMs: 500 },
      maxConcurrent: 1,
    });
    const { result } = await run(rig, 'start', { hold: HOUR });
    expect([result.warnings, result.machines.filter(({ held: it }) => it === undefined)]).toEqual([[], []]);
    expect(holdOf(rig)?.slice(0, 18)).toBe('2025-01-15T13:00:0');
  });
});

describe('when metadata does not answer', () => {
  const faults = [{ method: 'POST', path: /metadata/, fault: 'hang' }] as const;
  const NOT_HELD = expect.stringMatching(
    /^Machine m0\d\d is not held: timeout: .*metadata.*: no answer within 15 s/,
  );

  it.each([1, 3])('is ready all the same, and as soon: %d', async (count) => {
    const rig = createMachinesRig({
      machines: many(count, () => ({ config: WEB, behaviour: { checksPassMs: 40_000 } })),
      settings: { bootMs: 1_000 },
      timeoutMs: 120_000,
      maxConcurrent: 1,
      faults,
    });
    const { result } = await runWarmUp(rig, count, { hold: HOUR });
    expect([result.failures, result.warnings]).toEqual([[], Array(count).fill(NOT_HELD)]);
    expect(result.machines.map(({ outcome }) => outcome)).toEqual(Array(count).fill('changed'));
    expect(rig.deadline.elapsed).toBeLessThan(46_000);
  });

  it('makes `start` wait for no longer than that', async () => {
    const rig = createMachinesRig({ machines: many(20), settings: { bootMs: 1_000 }, faults });
    const { result } = await run(rig, 'start', { hold: HOUR });
    expect(new Set(Object.values(outcomes({ result })))).toEqual(new Set(['changed']));
    expect(result.warnings).toEqual(Array(20).fill(NOT_HELD));
    expect(rig.deadline.elapsed).toBeLessThan(20_000);
  });
});

describe('when a machine that was held is not needed after all', () => {
  const SLOW = { type: 'http', port: 80 };
  const rigOf = (first: number, second: number, metadata = {}, faults: readonly FaultRule[] = []) =>
    createMachinesRig({
      faults,
      machines: many(2, (index) => ({
        ...{ config: { checks: { web: SLOW } }, ...(index === 1 && { metadata }) },
        behaviour: { checksPassMs: index === 0 ? first : second },
      })),
      settings: { bootMs: 1_000 },
    });

  it('holds it no more: begun beside a slow one, or the slow one itself', async () => {
    const rig = rigOf(105_000, 60_000);
    const { result } = await runWarmUp(rig, 1, { hold: HOUR });
    expect(outcomes({ result })).toEqual({ m000: 'changed', m001: 'changed' });
    expect(result.machines.map(({ held: it }) => it)).toEqual([holdOf(rig, 'm000'), undefined]);
    expect([holdOf(rig, 'm000'), holdOf(rig, 'm001')]).toEqual([expect.any(String), undefined]);
    expect(result.machines[1]?.reason).not.toContain('held');
    const late = rigOf(Number.POSITIVE_INFINITY, 5_000);
    const { result: second } = await runWarmUp(late, 1, { hold: HOUR });
    expect(outcomes({ result: second })).toEqual({ m000: 'failed', m001: 'changed' });
    expect([holdOf(late, 'm000'), holdOf(late, 'm001')]).toEqual([undefined, expect.any(String)]);
  });

  it('leaves it to whoever held it before', async () => {
    const theirs = '2025-01-15T12:30:00.000Z';
    const rig = rigOf(105_000, 60_000, { [KEEP_ALIVE_UNTIL]: theirs });
    await runWarmUp(rig, 1, { hold: HOUR });
    expect(holdOf(rig, 'm001')).toBe(theirs);
  });

  it('says so where it can’t be taken back', async () => {
    const refused = { method: 'DELETE', path: /m001.metadata/, fault: { status: 403 } };
    const rig = rigOf(105_000, 60_000, {}, [refused]);
    const { result } = await runWarmUp(rig, 1, { hold: HOUR });
    expect(result.warnings).toContainEqual(
      expect.stringMatching(/^Machine m001 is not needed and stays held until /),
    );
  });
});
