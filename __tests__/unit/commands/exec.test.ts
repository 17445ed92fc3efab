import type { Fault } from '../../../emulator/faults.js';
import type { MachineSpec } from '../../../emulator/machines/build.js';
import type { Transport } from '../../../src/http/transport.js';
import { parseAction } from '../../../src/macaroon/action-mask.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import { connectionError, counting } from '../../support/fakes/fly-transport.js';
import { selector } from '../../support/machines.js';
import {
  countOf,
  counts,
  many,
  only,
  outcomes,
  phasesOf,
  rigWithToken,
  runExec,
} from '../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../support/rigs/machines-rig.js';

const TRUE = { command: ['true'], timeout: 60_000 };
const started = () => ({ state: 'started' }) as const;

function rigOf(spec: MachineSpec = {}, options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: [{ id: 'm000', state: 'started', ...spec }], ...options });
}

describe('when a command is run', () => {
  it('runs once in each machine, and hands out what it wrote', async () => {
    const rig = createMachinesRig({ machines: many(3, started) });
    const done = await runExec(rig, { command: ['echo', 'a', 'b c'], timeout: 60_000 });
    expect(counts(rig)).toEqual({ 'GET machines': 1, 'POST exec': 3 });
    expect(done.result.machines.map(({ outcome, state, exec }) => [outcome, state, exec?.stdout])).toEqual([
      ['changed', 'started', 'a b c\n'],
      ['changed', 'started', 'a b c\n'],
      ['changed', 'started', 'a b c\n'],
    ]);
    expect(done.result.line).toBe('ran on 3, failed 0 of 3 in my-app');
    expect(done.phases).toEqual(['Running on 3', 'end']);
  });

  it.each(['full', 'no-zeros'] as const)(
    'reads an answer whose zeros are %s, in any content type',
    async (execReply) => {
      for (const execType of ['json', 'octet-stream'] as const) {
        const rig = rigOf({}, { settings: { execReply, execType } });
        expect(only(await runExec(rig, TRUE))).toMatchObject({
          outcome: 'changed',
          reason: 'exit code 0',
          exec: { exitCode: 0, exitSignal: 0, stdout: '', stderr: '' },
        });
      }
    },
  );

  it.each([
    [{ exitCode: 3, stderr: 'why\nno\n' }, 'the command ended with exit code 3: no'],
    [{ exitCode: 137, exitSignal: 9 }, 'the command ended by signal 9 (exit code 137): so far'],
    [{ exitCode: 0, exitSignal: 15 }, 'the command ended by signal 15 (exit code 0): so far'],
    [{ exitCode: -1 }, 'the command ended with exit code -1: so far'],
  ])('fails where it ends badly, with what it wrote: %j', async (outcome, message) => {
    const rig = rigOf({ behaviour: { exec: () => ({ stdout: 'so far\n', ...outcome }) } });
    const result = only(await runExec(rig, TRUE));
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { class: 'command failed', message },
      exec: { stdout: 'so far\n', exitCode: outcome.exitCode },
    });
    expect(countOf(rig, 'POST exec')).toBe(1);
  });

  it('takes its arguments as they are, without a shell', async () => {
    const seen: string[][] = [];
    const rig = rigOf({
      behaviour: {
        exec: (command) => {
          seen.push([...command]);
          return {};
        },
      },
    });
    await runExec(rig, { command: ['sh', '-c', 'echo "$X"; ::error::'], timeout: 60_000 });
    expect(seen).toEqual([['sh', '-c', 'echo "$X"; ::error::']]);
  });

  it('fails what is not started, without a request, and runs in the others', async () => {
    const rig = createMachinesRig({
      machines: many(2, (index) => ({ state: index === 0 ? 'stopped' : 'started' })),
    });
    const done = await runExec(rig, TRUE);
    expect(outcomes(done)).toEqual({ m000: 'failed', m001: 'changed' });
    expect(done.result.machines[0]?.error).toMatchObject({ class: 'wrong state' });
    expect(countOf(rig, 'POST exec')).toBe(1);
  });

  it('leaves special machines alone unless they are named', async () => {
    const machines = many(2, (index) => ({
      state: 'started',
      config: index === 0 ? { standbys: ['m001'] } : {},
    }));
    expect(outcomes(await runExec(createMachinesRig({ machines }), TRUE))).toEqual({
      m000: 'skipped',
      m001: 'changed',
    });
    const named = selector({ machines: ['m000'] });
    expect(outcomes(await runExec(createMachinesRig({ machines }), TRUE, { selector: named }))).toEqual({
      m000: 'changed',
    });
  });

  it('keeps a megabyte of what it wrote, and says what is left out', async () => {
    const megabytes = 'a'.repeat(600_000) + 'b'.repeat(2_000_000) + 'c'.repeat(600_000);
    const rig = rigOf({ behaviour: { exec: () => ({ exitCode: 1, stdout: megabytes, stderr: 'short' }) } });
    const { exec } = only(await runExec(rig, TRUE));
    const [head = '', note = '', tail = '', ...others] = (exec?.stdout ?? '').split('\n');
    expect([head, tail]).toEqual(['a'.repeat(524_288), 'c'.repeat(524_288)]);
    expect(note).toBe(`[… ${3_200_000 - 1_048_576} characters left out: 1 MB of each stream is kept …]`);
    expect([others, exec?.stderr]).toEqual([[], 'short']);
  });

  it('must be told where', async () => {
    const rig = rigOf();
    await expect(runExec(rig, TRUE, { selector: selector() })).rejects.toMatchObject({ class: 'input' });
    expect(rig.asked()).toEqual([]);
  });
});

describe('when it is open whether a command ran', () => {
  const LOST: readonly Fault[] = [
    'reset',
    { status: 502 },
    { status: 408, body: { error: 'deadline_exceeded' } },
    'garbage',
  ];
  it.each(LOST.flatMap((fault) => [true, false].map((afterEffect) => [fault, afterEffect] as const)))(
    'is not run again, and its error says so: %j, after the effect: %s',
    async (fault, afterEffect) => {
      let runs = 0;
      const exec = () => {
        runs += 1;
        return {};
      };
      const rig = rigOf(
        { behaviour: { exec } },
        { faults: [{ path: /exec$/, times: 1, fault, afterEffect }] },
      );
      const { outcome, error } = only(await runExec(rig, TRUE));
      expect([outcome, runs]).toEqual(['failed', afterEffect ? 1 : 0]);
      expect(error?.message).toContain('the command may have run all the same');
      expect(countOf(rig, 'POST exec')).toBe(1);
    },
  );

  it('has as long as the command may take where no time was set', async () => {
    const rig = rigOf(
      { behaviour: { exec: () => ({ takesMs: 50_000 }) } },
      { timeoutMs: 20_000, settings: { execLongestMs: 600_000 } },
    );
    const { outcome } = only(await runExec(rig, { command: ['true'], timeout: 55_000 }));
    expect(outcome).toBe('changed');
  });

  it('says so at the deadline of the step, which comes before the command is done', async () => {
    const rig = rigOf({ behaviour: { exec: () => ({ takesMs: 50_000 }) } }, { timeoutMs: 20_000 });
    const { error } = only(await runExec(rig, { command: ['true'], timeout: 600_000 }, { timeout: 20_000 }));
    expect(error?.class).toBe('timeout');
    expect(error?.message).toContain('the command may have run all the same');
    expect(rig.deadline.elapsed).toBe(20_000);
  });

  it('says so when the job is cancelled, but not of what was never sent', async () => {
    const machines = many(4, () => ({ state: 'started', behaviour: { exec: () => ({ takesMs: 50_000 }) } }));
    const rig = createMachinesRig({ machines, maxConcurrent: 2 });
    void rig.clock.sleep(5_000).then(rig.cancel);
    const { result } = await runExec(rig, TRUE);
    expect(result.machines.map(({ error }) => error?.class)).toEqual(Array(4).fill('cancelled'));
    expect(result.machines.map(({ error }) => error?.message.includes('may have run'))).toEqual([
      ...[true, true, false, false],
    ]);
    expect(result.machines.map(phasesOf)).toEqual([['request'], ['request'], ['turn'], ['turn']]);
  });

  it.each(['408', 'killed'] as const)('fails where it takes longer than it may: %s', async (execTimeout) => {
    const rig = rigOf({ behaviour: { exec: () => ({ takesMs: 50_000 }) } }, { settings: { execTimeout } });
    const { outcome, error } = only(await runExec(rig, { command: ['true'], timeout: 10_000 }));
    expect([outcome, error?.class]).toEqual(['failed', execTimeout === '408' ? 'timeout' : 'command failed']);
    expect(rig.deadline.elapsed).toBe(10_000);
  });

  it('does not say so where no connection came about', async () => {
    const around =
      (inner: Transport): Transport =>
      async (request) => {
        if (request.method === 'POST') throw connectionError('ECONNREFUSED');
        return inner(request);
      };
    const { error } = only(await runExec(rigOf({}, { around }), TRUE));
    expect(error?.class).toBe('network');
    expect(error?.message).not.toContain('may have run');
  });

  it.each([
    ['forbidden', { status: 403, body: { error: 'no' } }],
    ['wrong state', { status: 412, body: { error: 'failed_precondition: machine not running' } }],
  ])('does not say so where Fly refused: %s', async (errorClass, fault) => {
    const rig = rigOf({}, { faults: [{ path: /exec$/, fault }] });
    const { error } = only(await runExec(rig, TRUE));
    expect(error?.class).toBe(errorClass);
    expect(error?.message).not.toContain('may have run');
    expect(countOf(rig, 'POST exec')).toBe(1);
  });
});

describe('when a command is run with a token for commands', () => {
  const caveat: Caveat = {
    name: 'IfPresent',
    body: {
      ifs: [{ name: 'Commands', body: [{ args: ['echo', 'hi'], exact: true }] }],
      else: parseAction('r'),
    },
  };

  it.each(['C', 'r'] as const)('lists, and runs its own and no other: %s', async (execAction) => {
    const options = { machines: many(2, started), settings: { execAction } };
    const rig = rigWithToken({ extraCaveats: [caveat] }, options);
    const own = await runExec(rig, { command: ['echo', 'hi'], timeout: 60_000 });
    expect(outcomes(own)).toEqual({ m000: 'changed', m001: 'changed' });
    const other = await runExec(rigWithToken({ extraCaveats: [caveat] }, options), {
      command: ['echo', 'ho'],
      timeout: 60_000,
    });
    expect(other.result.machines.map(({ error }) => error?.class)).toEqual(['forbidden', 'forbidden']);
  });
});

describe('when a command is run on some of many', () => {
  it('keeps to the limit', async () => {
    const done = await runExec(createMachinesRig({ machines: many(5, started) }), TRUE, { limit: 2 });
    expect(Object.values(outcomes(done))).toEqual(['changed', 'changed', 'skipped', 'skipped', 'skipped']);
  });

  it('sends nothing but the list in a dry run', async () => {
    const rig = createMachinesRig({ machines: many(2, started) });
    const { result } = await runExec(rig, TRUE, { dryRun: true });
    expect(result.machines.map(({ reason }) => reason)).toEqual(['dry run: would run', 'dry run: would run']);
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
    expect(result.line).toBe('dry run: would run on 2, failed 0 of 2 in my-app');
  });

  it('runs on so many at once and no more', async () => {
    let most = () => 0;
    const machines = many(9, () => ({ state: 'started', behaviour: { exec: () => ({ takesMs: 3_000 }) } }));
    const rig = createMachinesRig({
      machines,
      maxConcurrent: 3,
      around: (inner) => {
        const { transport, most: count } = counting(inner, 'POST');
        most = count;
        return transport;
      },
    });
    await runExec(rig, TRUE);
    expect(most()).toBe(3);
    expect(rig.deadline.elapsed).toBe(9_000);
    expect(rig.fly.machines(APP)).toHaveLength(9);
  });
});
