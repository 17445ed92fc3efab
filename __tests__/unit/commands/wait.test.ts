import { selector } from '../../support/machines.js';
import { changes } from '../../support/rigs/changes.js';
import { countOf, counts, many, only, outcomes, runWait } from '../../support/rigs/engine-rig.js';
import { APP, createMachinesRig, type MachinesRig } from '../../support/rigs/machines-rig.js';

const writes = (rig: MachinesRig) => rig.asked().filter((line) => !line.startsWith('GET'));

/** Somebody else does something to the machine after so long. */
function later(rig: MachinesRig, ms: number, work: () => unknown): void {
  void rig.clock.sleep(ms).then(work);
}

function stopping(rig: MachinesRig, id: string): Promise<void> {
  return changes(rig.client).stop({ app: APP, id }, {}, rig.deadline.signal);
}

describe('when machines are waited for', () => {
  it('costs one list where they are there already', async () => {
    const machines = many(3, (index) => ({ state: index === 0 ? 'stopped' : 'started' }));
    const rig = createMachinesRig({ machines });
    const { result, phases } = await runWait(rig, ['started', 'stopped']);
    expect(result.machines.map(({ outcome, reason }) => `${outcome}, ${reason}`)).toEqual([
      'unchanged, already stopped',
      'unchanged, already started',
      'unchanged, already started',
    ]);
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
    expect(phases).toEqual([]);
    expect(result.line).toBe('in state started or stopped 3, failed 0 of 3 in my-app');
  });

  it('needs no choice, since it changes nothing', async () => {
    const rig = createMachinesRig({ machines: many(1) });
    expect(outcomes(await runWait(rig, ['stopped'], { selector: selector() }))).toEqual({
      m000: 'unchanged',
    });
  });

  it('comes back as soon as each is in any of the states, and writes nothing', async () => {
    const machines = many(2, (index) => ({ state: index === 0 ? 'created' : 'started' }));
    const rig = createMachinesRig({ machines });
    later(rig, 5_000, () => {
      rig.fly.machine(APP, 'm001').state = 'failed';
      for (const watcher of rig.fly.machine(APP, 'm001').watchers) watcher();
    });
    const { result } = await runWait(rig, ['failed', 'stopped'], {
      selector: selector({ machines: ['m001'] }),
    });
    expect(result.machines[0]).toMatchObject({
      state: 'failed',
      outcome: 'unchanged',
      reason: 'became failed',
    });
    expect(rig.deadline.elapsed).toBe(5_000);
    expect(writes(rig)).toEqual([]);
  });

  it('takes whatever state a machine settles in', async () => {
    const rig = createMachinesRig({
      machines: many(3, () => ({ state: 'started', behaviour: { stopMs: 4_000 } })),
    });
    await rig.clock.run(stopping(rig, 'm000'));
    await rig.clock.run(changes(rig.client).suspend({ app: APP, id: 'm001' }, {}, rig.deadline.signal));
    const { result } = await runWait(rig, ['settled']);
    expect(result.machines.map(({ state, reason }) => [state, reason])).toEqual([
      ['stopped', 'became stopped'],
      ['suspended', 'became suspended'],
      ['started', 'already started'],
    ]);
  });

  it('waits on for minutes in slices of one at most', async () => {
    const rig = createMachinesRig({ machines: many(1), timeoutMs: 3_600_000 });
    later(rig, 1_000_000, () => changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    expect(only(await runWait(rig, ['started']))).toMatchObject({ state: 'started', outcome: 'unchanged' });
    expect(rig.deadline.elapsed).toBeGreaterThan(1_000_000);
    expect(rig.deadline.elapsed).toBeLessThan(1_010_000);
    expect(countOf(rig, 'GET wait')).toBeLessThan(25);
    expect(rig.asked().filter((it) => /timeout=(6[1-9]|[7-9]\d|\d{3})/.test(it))).toEqual([]);
  });

  it('waits on while a deploy replaces the machine', async () => {
    for (const waitReplaced of ['408', '412'] as const) {
      const rig = createMachinesRig({
        machines: many(1, () => ({ state: 'started' })),
        settings: { waitReplaced },
      });
      later(rig, 3_000, () => rig.fly.replaceMachine(APP, 'm000'));
      later(rig, 20_000, () => stopping(rig, 'm000'));
      expect(only(await runWait(rig, ['stopped', 'suspended']))).toMatchObject({
        state: 'stopped',
        outcome: 'unchanged',
      });
      expect(rig.deadline.elapsed).toBeLessThan(30_000);
    }
  });

  it('counts what is destroyed meanwhile as there, where that is waited for', async () => {
    const machines = many(2, () => ({ state: 'started', config: { auto_destroy: true } }));
    const rig = createMachinesRig({ machines, settings: { forgetMs: 0 } });
    later(rig, 2_000, () => stopping(rig, 'm000'));
    later(rig, 4_000, () => stopping(rig, 'm001'));
    const { result } = await runWait(rig, ['destroyed']);
    expect(result.machines.map(({ state, outcome }) => [state, outcome])).toEqual([
      ['destroyed', 'unchanged'],
      ['destroyed', 'unchanged'],
    ]);
  });

  it('takes no machine for destroyed that is not known for a moment', async () => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })), timeoutMs: 30_000 });
    const fault = { status: 404, body: { error: 'not_found: machine not found' } };
    rig.fly.faults.push({ path: /m000/, times: 2, fault });
    const { result } = await runWait(rig, ['destroyed']);
    expect(result.machines[0]).toMatchObject({
      state: 'started',
      outcome: 'failed',
      error: { class: 'timeout' },
    });
  });

  it.each(['destroyed', 'settled'])('sits out a slow end where %s is waited for', async (state) => {
    const rig = createMachinesRig({ machines: many(2, () => ({ state: 'started' })) });
    for (const [id, way] of [
      ['m000', 'destroying'],
      ['m001', 'launch_failed'],
    ] as const) {
      const machine = rig.fly.machine(APP, id);
      machine.state = way;
      later(rig, 50_000, () => {
        machine.state = 'destroyed';
        for (const watcher of machine.watchers) watcher();
      });
    }
    const done = await runWait(rig, [state]);
    expect(done.result.machines.map(({ state: now, outcome }) => [now, outcome])).toEqual([
      ['destroyed', 'unchanged'],
      ['destroyed', 'unchanged'],
    ]);
  });

  it('fails soon where a machine is destroyed meanwhile and another state was waited for', async () => {
    const rig = createMachinesRig({
      machines: many(1, () => ({ state: 'started', config: { auto_destroy: true } })),
    });
    later(rig, 2_000, () => stopping(rig, 'm000'));
    const { outcome, error } = only(await runWait(rig, ['suspended']));
    expect([outcome, error?.class]).toEqual(['failed', 'wrong state']);
    expect(error?.message).toMatch(/is destroy(ed|ing) instead of suspended/);
    expect(rig.deadline.elapsed).toBeLessThan(60_000);
  });

  it('fails at the deadline where the state never comes, and says what was there', async () => {
    const rig = createMachinesRig({ machines: many(2), timeoutMs: 90_000 });
    later(rig, 1_000, () => changes(rig.client).start({ app: APP, id: 'm000' }, {}, rig.deadline.signal));
    const { result } = await runWait(rig, ['suspended']);
    expect(result.machines.map(({ state, outcome, error }) => [state, outcome, error?.class])).toEqual([
      ['started', 'failed', 'timeout'],
      ['stopped', 'failed', 'timeout'],
    ]);
    expect(result.machines[0]?.error?.message).toContain('it was started when it was last read');
    expect(rig.deadline.elapsed).toBe(90_000);
  });

  it('goes on through an unreachable host until the deadline', async () => {
    const machines = many(1, () => ({ behaviour: { unreachable: true } }));
    const rig = createMachinesRig({ machines, timeoutMs: 60_000 });
    expect(only(await runWait(rig, ['started']))).toMatchObject({
      outcome: 'failed',
      error: { class: 'timeout' },
    });
    expect(writes(rig)).toEqual([]);
  });

  it('ends at once when the job is cancelled', async () => {
    const rig = createMachinesRig({ machines: many(40) });
    later(rig, 12_345, rig.cancel);
    const { result } = await runWait(rig, ['started']);
    expect(new Set(result.machines.map(({ error }) => error?.class))).toEqual(new Set(['cancelled']));
    expect(rig.deadline.elapsed).toBe(12_345);
  });

  it('sends nothing but the list in a dry run', async () => {
    const rig = createMachinesRig({ machines: many(1) });
    await runWait(rig, ['started'], { dryRun: true });
    expect(counts(rig)).toEqual({ 'GET machines': 1 });
  });
});

describe('when a machine that is waited for has failed', () => {
  const failing = (exit_event: object) => {
    const rig = createMachinesRig({ machines: many(1, () => ({ state: 'started' })) });
    const fails = () => {
      const machine = rig.fly.machine(APP, 'm000');
      const event = { id: 'e', type: 'exit', status: 'failed', source: 'flyd', request: { exit_event } };
      machine.events.unshift({ ...event, timestamp: rig.clock.now() });
      machine.state = 'failed';
      for (const watcher of machine.watchers) watcher();
    };
    return { rig, fails };
  };

  it('says how it ended, where that was waited for', async () => {
    const { rig, fails } = failing({ exit_code: 137, oom_killed: true });
    later(rig, 3_000, fails);
    expect(only(await runWait(rig, ['failed'])).reason).toBe('became failed, out of memory (exit code 137)');
    expect(only(await runWait(rig, ['failed'])).reason).toBe('already failed, out of memory (exit code 137)');
  });

  it('says how it ended, where another state was waited for', async () => {
    const { rig, fails } = failing({ exit_code: 3 });
    later(rig, 3_000, fails);
    const { error } = only(await runWait(rig, ['stopped']));
    expect(error?.message).toBe('machine m000 is failed instead of stopped: exit code 3');
  });
});
