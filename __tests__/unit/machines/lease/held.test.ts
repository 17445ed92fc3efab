import { ActionError } from '../../../../src/errors.js';
import type { LeaseWish } from '../../../../src/machines/lease/acquire.js';
import { holdLease } from '../../../../src/machines/lease/held.js';
import type { LeaseTools } from '../../../../src/machines/lease/release.js';
import { countOf, leaseOfOther, many } from '../../../support/rigs/engine-rig.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
  thrownBy,
} from '../../../support/rigs/machines-rig.js';

const MACHINE = { app: APP, id: 'm000' };
const OURS = 'fly-machines-action 7';

function rigOf(options: MachinesRigOptions = {}): MachinesRig {
  return createMachinesRig({ machines: many(1), ...options });
}

interface Held<T> {
  readonly value: T;
  readonly warned: readonly string[];
}

/** Does the work under a lease, and gives it back however that ends. */
async function withLease<T>(
  tools: LeaseTools,
  wish: LeaseWish,
  work: (nonce: string) => Promise<T>,
): Promise<T> {
  const { nonce, release } = await holdLease(tools, wish);
  try {
    return await work(nonce);
  } finally {
    await release();
  }
}

async function hold<T>(
  rig: MachinesRig,
  work: (nonce: string) => Promise<T>,
  wish: Partial<LeaseWish> = {},
): Promise<Held<T>> {
  const { client, clock, deadline } = rig;
  const warned: string[] = [];
  const warn = (line: string) => void warned.push(line);
  const tools = { client, clock, signal: deadline.signal, description: OURS, warn };
  const value = await clock.run(withLease(tools, { machine: MACHINE, waits: true, ...wish }, work));
  return { value, warned };
}

const leaseOf = (rig: MachinesRig) => rig.fly.machine(APP, 'm000').lease;
const nothing = async () => undefined;

describe('when work is done under a lease', () => {
  it('hands in the nonce, hands out the value, and gives it back', async () => {
    const rig = rigOf();
    const { value, warned } = await hold(rig, async (nonce) => {
      expect(leaseOf(rig)).toMatchObject({ nonce, description: OURS });
      return 42;
    });
    expect([value, warned, leaseOf(rig)]).toEqual([42, [], undefined]);
    expect(rig.asked()).toEqual(['POST m000/lease 201', 'DELETE m000/lease 200']);
  });

  it('gives it back where the work fails, whose error stands', async () => {
    const rig = rigOf();
    const work = async () => {
      throw new ActionError('no capacity', 'full');
    };
    expect(await thrownBy(hold(rig, work))).toMatchObject({ class: 'no capacity' });
    expect(leaseOf(rig)).toBeUndefined();
  });

  it('lets the error of the work stand where the release fails too', async () => {
    const rig = rigOf({ faults: [{ method: 'DELETE', fault: { status: 500 } }] });
    const work = async () => {
      throw new ActionError('no capacity', 'full');
    };
    expect(await thrownBy(hold(rig, work))).toMatchObject({ class: 'no capacity' });
  });

  it('never lets it run out while it is held, and leaves it to do so soon where nobody gives it back', async () => {
    const rig = rigOf();
    const left: number[] = [];
    await hold(rig, async () => {
      for (let index = 0; index < 30; index += 1) {
        await rig.clock.sleep(7_000);
        left.push((leaseOf(rig)?.expiresAt ?? 0) - rig.clock.now() / 1_000);
      }
    });
    expect(Math.min(...left)).toBeGreaterThanOrEqual(39);
    expect(Math.max(...left)).toBeLessThanOrEqual(60);
    expect(countOf(rig, 'POST lease')).toBe(11);
  });

  it('is refreshed through a short trouble of Fly', async () => {
    const rig = rigOf({
      faults: [{ method: 'POST', path: /lease/, from: 2, times: 3, fault: { status: 503 } }],
    });
    const { warned } = await hold(rig, () => rig.clock.sleep(50_000));
    expect(warned).toEqual([]);
    expect(leaseOf(rig)).toBeUndefined();
  });

  it('is not given up while it has not run out, though Fly is down for long', async () => {
    const rig = rigOf();
    const down = { method: 'POST', path: /lease/, fault: { status: 503 } } as const;
    const { warned } = await hold(rig, async () => {
      rig.fly.faults.push(down);
      await rig.clock.sleep(45_000);
      rig.fly.faults.splice(0);
      await rig.clock.sleep(60_000);
      expect(leaseOf(rig)?.expiresAt).toBeGreaterThan(rig.clock.now() / 1_000);
    });
    expect(warned).toEqual([]);
  });

  it('counts as lost where Fly is down until it has run out', async () => {
    const rig = rigOf({ faults: [{ method: 'POST', path: /lease/, from: 2, fault: { status: 503 } }] });
    const { warned } = await hold(rig, () => rig.clock.sleep(200_000));
    expect(warned).toEqual([expect.stringMatching(/^The lease of machine m000 was lost: Fly failure/)]);
  });

  it('does not wait at the end for a refresh that hangs', async () => {
    const rig = rigOf({ faults: [{ method: 'POST', path: /lease/, from: 2, fault: 'hang' }] });
    const { warned } = await hold(rig, () => rig.clock.sleep(25_000));
    expect(rig.deadline.elapsed).toBe(25_000);
    expect(warned).toEqual([]);
  });

  it('has nothing to say of a machine that is gone', async () => {
    const rig = rigOf();
    const { warned } = await hold(rig, async () => {
      rig.fly.faults.push({ path: /m000/, fault: { status: 404, body: { error: 'machine not found' } } });
    });
    expect(warned).toEqual([]);
  });
});

describe('when a lease can not be had', () => {
  it('waits for that of somebody else, telling of each refusal', async () => {
    const rig = rigOf();
    leaseOfOther(rig, 'm000', 22);
    const told: string[] = [];
    await hold(rig, nothing, { refused: ({ message }) => void told.push(message) });
    expect(told).toHaveLength(5);
    expect(rig.deadline.elapsed).toBe(25_000);
  });

  it('throws it at once where nobody waits', async () => {
    const rig = rigOf();
    leaseOfOther(rig, 'm000', 22);
    expect(await thrownBy(hold(rig, nothing, { waits: false }))).toMatchObject({ class: 'lease held' });
    expect(rig.asked()).toEqual(['POST m000/lease 409']);
  });

  it('gives up after three that fail, and reads each time whether it came about', async () => {
    const rig = rigOf({ faults: [{ method: 'POST', path: /lease/, fault: { status: 500 } }] });
    expect(await thrownBy(hold(rig, nothing))).toMatchObject({ class: 'Fly failure' });
    expect([countOf(rig, 'POST lease'), countOf(rig, 'GET lease')]).toEqual([3, 3]);
  });

  it('knows its own again where it could not be read at first', async () => {
    const rig = rigOf({
      faults: [
        { method: 'POST', path: /lease/, times: 1, fault: 'reset', afterEffect: true },
        { method: 'GET', path: /lease/, times: 5, fault: { status: 503 } },
      ],
    });
    await hold(rig, nothing, { waits: false });
    expect(leaseOf(rig)).toBeUndefined();
    expect(rig.deadline.elapsed).toBeLessThan(20_000);
  });

  it('throws at once what the token may not', async () => {
    const rig = rigOf({ faults: [{ method: 'POST', path: /lease/, fault: { status: 403 } }] });
    expect(await thrownBy(hold(rig, nothing))).toMatchObject({ class: 'forbidden' });
    expect(rig.asked()).toEqual(['POST m000/lease 403']);
  });

  it('gives back what it was given after the end, whose answer it never saw', async () => {
    const rig = rigOf({ settings: { latencyMs: 1_000 } });
    void rig.clock.sleep(500).then(rig.cancel);
    expect(await thrownBy(hold(rig, nothing))).toMatchObject({ class: 'cancelled' });
    expect(leaseOf(rig)).toBeUndefined();
    expect(rig.deadline.elapsed).toBeLessThanOrEqual(3_500);
  });

  it('asks nothing where the step is over before it begins', async () => {
    const rig = rigOf();
    rig.cancel();
    expect(await thrownBy(hold(rig, nothing))).toMatchObject({ class: 'cancelled' });
    expect(rig.asked()).toEqual([]);
  });
});
