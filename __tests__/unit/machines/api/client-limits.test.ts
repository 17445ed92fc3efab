import { forManyListeners } from '../../../../src/clock.js';
import { ActionError } from '../../../../src/errors.js';
import type { Transport } from '../../../../src/http/transport.js';
import { counting } from '../../../support/fakes/fly-transport.js';
import { answer, scriptedClient } from '../../../support/fakes/scripted-transport.js';
import { changes } from '../../../support/rigs/changes.js';
import { APP, createMachinesRig } from '../../../support/rigs/machines-rig.js';

const NEVER = forManyListeners(new AbortController().signal);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const ref = (id: string) => ({ app: APP, id });

describe('when the rates of Fly are strict', () => {
  it('reads one machine fifty times without a single 429, as fast as is allowed', async () => {
    const { client, clock, fly } = createMachinesRig({ machines: [{ id: 'm0' }] });
    const start = clock.now();
    await clock.run(Promise.all(ids(50).map(() => client.get(ref('m0'), NEVER))));
    expect(fly.requests.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(clock.now() - start).toBe(8_000);
  });

  it('reads a thousand machines at once', async () => {
    const machines = ids(1_000).map((id) => ({ id }));
    const { client, clock, fly } = createMachinesRig({ machines });
    const start = clock.now();
    await clock.run(Promise.all(machines.map(({ id }) => client.get(ref(id), NEVER))));
    expect(fly.requests.every(({ status }) => status === 200)).toBe(true);
    expect(clock.now() - start).toBe(0);
  });

  it('spreads what is listed, waited for and changed, each for itself', async () => {
    const { client, clock, fly } = createMachinesRig({ machines: [{ id: 'm0' }] });
    const start = clock.now();
    const target = { states: ['started'], version: undefined, seconds: 1 };
    const five = ids(5);
    await clock.run(
      Promise.all([
        ...five.map(() => client.list(APP, NEVER)),
        ...five.map(() => client.wait(ref('m0'), target, NEVER)),
        ...five.map(() => changes(client).cordon(ref('m0'), {}, NEVER)),
        ...five.map(() => changes(client).uncordon(ref('m0'), {}, NEVER)),
      ]),
    );
    expect(fly.requests.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(clock.now() - start).toBe(2_000);
  });
});

describe('when Fly says 429 all the same', () => {
  it('backs off for that machine alone, and those behind it wait too', async () => {
    const { client, clock, asked } = createMachinesRig({
      machines: [{ id: 'm0' }, { id: 'm1' }],
      faults: [{ path: /m0$/, times: 1, fault: { status: 429, headers: { 'retry-after': '20' } } }],
    });
    const start = clock.now();
    const times: string[] = [];
    const get = async (id: string) => {
      await client.get(ref(id), NEVER);
      times.push(`${id}@${clock.now() - start}`);
    };
    const first = get('m0');
    await clock.advance(0);
    await clock.run(Promise.all([first, get('m0'), get('m1')]));
    expect(times).toEqual(['m1@0', 'm0@20000', 'm0@20200']);
    expect(asked().filter((it) => it.endsWith('429'))).toHaveLength(1);
  });

  it('waits as long as it says before another call of the kind, also after one that does without an answer', async () => {
    const { client, clock } = scriptedClient([
      answer(429, {}, { 'retry-after': '60' }),
      answer(200, { machine_count: 3 }),
    ]);
    const start = clock.now();
    await expect(clock.run(client.countOf(APP, NEVER))).rejects.toMatchObject({ class: 'rate limited' });
    expect(clock.now() - start).toBe(0);
    expect(await clock.run(client.countOf(APP, NEVER))).toBe(3);
    expect(clock.now() - start).toBe(60_000);
  });

  it('backs off longer each time where Fly does not say how long, and never goes beyond the rate again', async () => {
    const { client, clock } = scriptedClient([...Array(4).fill(answer(429)), answer(200)]);
    const start = clock.now();
    await clock.run(changes(client).start(ref('m0'), {}, NEVER));
    expect(clock.now() - start).toBe(250 + 1_000 + 1_000 + 2_000);
  });
});

describe('when only so many changes may be in flight', () => {
  function rig(options: { failing?: RegExp } = {}) {
    let posts = () => 0;
    const machines = ids(30).map((id) => ({ id, state: 'stopped' as const }));
    const around = (transport: Transport) => {
      const counted = counting(transport, 'POST');
      posts = counted.most;
      return counted.transport;
    };
    const { failing } = options;
    const faults =
      failing === undefined
        ? []
        : [{ path: failing, times: 3, fault: { status: 429, headers: { 'retry-after': '60' } } }];
    const made = createMachinesRig({
      machines,
      faults,
      around,
      maxConcurrent: 3,
      settings: { latencyMs: 100 },
    });
    return { ...made, most: () => posts() };
  }

  it('never has more on their way, and wastes no time', async () => {
    const { client, clock, most } = rig();
    const start = clock.now();
    await clock.run(Promise.all(ids(30).map((id) => changes(client).start(ref(id), {}, NEVER))));
    expect(most()).toBe(3);
    expect(clock.now() - start).toBe(1_000);
  });

  it('lets others go while some pause', async () => {
    const { client, clock } = rig({ failing: /m[012]\/start$/ });
    const start = clock.now();
    const ends = new Map<string, number>();
    const all = ids(30).map(async (id) => {
      await changes(client).start(ref(id), {}, NEVER);
      ends.set(id, clock.now() - start);
    });
    await clock.run(Promise.all(all));
    expect(ids(30).filter((id) => (ends.get(id) ?? 0) > 1_000)).toEqual(['m0', 'm1', 'm2']);
    expect(ends.get('m0')).toBe(60_200);
  });

  it('waits for no place to read, to wait or to cancel', async () => {
    const { client, clock } = rig();
    const step = new AbortController();
    const all = Promise.allSettled(
      ids(30).map((id) => changes(client).start(ref(id), {}, forManyListeners(step.signal))),
    );
    const start = clock.now();
    const target = { states: ['stopped'], version: undefined, seconds: 1 };
    await clock.run(client.get(ref('m9'), NEVER));
    await clock.run(client.wait(ref('m29'), target, NEVER));
    expect(clock.now() - start).toBe(200);
    const reason = new ActionError('cancelled', 'the job was cancelled');
    step.abort(reason);
    const ends = await all;
    expect(ends.slice(-20)).toEqual(Array(20).fill({ status: 'rejected', reason }));
  });
});
