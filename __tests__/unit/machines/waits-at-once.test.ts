import { forManyListeners } from '../../../src/clock.js';
import type { Transport } from '../../../src/http/transport.js';
import { counting } from '../../support/fakes/fly-transport.js';
import { changes } from '../../support/rigs/changes.js';
import { APP, createMachinesRig } from '../../support/rigs/machines-rig.js';

const NEVER = forManyListeners(new AbortController().signal);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const ref = (id: string) => ({ app: APP, id });
const target = { states: ['started'], version: undefined, seconds: 60 };

describe('when more machines are waited for than there are connections', () => {
  function rig(count: number) {
    let gets = () => 0;
    const machines = ids(count).map((id) => ({ id, state: 'stopped' as const }));
    const around = (transport: Transport) => {
      const counted = counting(transport, 'GET');
      gets = counted.most;
      return counted.transport;
    };
    const settings = { latencyMs: 100, bootMs: 2_000 };
    const made = createMachinesRig({ machines, around, maxConcurrent: 50, settings });
    return { ...made, most: () => gets() };
  }

  it('leaves some to what changes machines, and loses no time by it', async () => {
    const { client, clock, fly, most } = rig(400);
    const start = clock.now();
    const all = ids(400).map(async (id) => {
      await changes(client).start(ref(id), {}, NEVER);
      await client.wait(ref(id), target, NEVER);
    });
    await clock.run(Promise.all(all));
    expect(fly.machines(APP).every(({ state }) => state === 'started')).toBe(true);
    expect(most()).toBe(300);
    // The last start is sent after seven rounds of fifty, boots, and its wait is answered.
    expect(clock.now() - start).toBe(700 + 2_000 + 100);
  });

  it('lets a machine be read while all of them wait', async () => {
    const { client, clock } = rig(400);
    const step = new AbortController();
    const waits = ids(400).map((id) => client.wait(ref(id), target, forManyListeners(step.signal)));
    const settled = Promise.allSettled(waits);
    const start = clock.now();
    await clock.run(client.get(ref('m399'), NEVER));
    expect(clock.now() - start).toBe(100);
    step.abort(new Error('enough'));
    const ends = await clock.run(settled);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  });
});
