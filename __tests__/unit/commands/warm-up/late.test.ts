import type { MachineSpec } from '../../../../emulator/machines/build.js';
import { selector } from '../../../support/machines.js';
import { leaseOfOther, many, outcomes } from '../../../support/rigs/engine-rig.js';
import { kept } from '../../../support/rigs/kept.js';
import {
  APP,
  createMachinesRig,
  type MachinesRig,
  type MachinesRigOptions,
} from '../../../support/rigs/machines-rig.js';
import { runWarmUp } from '../../../support/rigs/warm-rig.js';

const CHECKS = { checks: { web: { type: 'http', port: 8080 } } };
const NEVER = { config: CHECKS, behaviour: { checksPassMs: Number.POSITIVE_INFINITY } };
const rigOf = (machines: readonly MachineSpec[], options: MachinesRigOptions = {}) =>
  createMachinesRig({ machines, settings: { bootMs: 1_000 }, ...options });
const startsOf = (rig: MachinesRig) => rig.asked().filter((line) => /^POST .*start/.test(line));
const reasonsOf = ({ result }: Awaited<ReturnType<typeof runWarmUp>>) =>
  result.machines.map(({ reason }) => reason);

/** Somebody else starts the machine after so long. */
function startedByOther(rig: MachinesRig, ms: number, id: string, app = APP): void {
  void rig.clock.sleep(ms).then(() => {
    const machine = rig.fly.machine(app, id);
    machine.state = 'started';
    machine.lease = undefined;
    for (const watcher of machine.watchers) watcher();
  });
}

describe('when the turn of a candidate comes long after it was listed', () => {
  it('takes what somebody else has started for theirs, in the place of a slow one', async () => {
    const rig = rigOf(many(2, (index) => (index === 0 ? NEVER : {})));
    startedByOther(rig, 50_000, 'm001');
    const { keeper, closed } = kept();
    const changed = await runWarmUp(rig, 1, { keeper });
    expect(outcomes(changed)).toEqual({ m000: 'failed', m001: 'unchanged' });
    expect(startsOf(rig)).toEqual(['POST m000/start 200']);
    expect(closed.flat().map(({ id }) => id)).toEqual(['m000']);
  });

  it('does so too with one that was put off for its lease', async () => {
    const failing = { behaviour: { boot: 'fails', bootMs: 20_000 } } as const;
    const rig = rigOf(many(2, (index) => (index === 1 ? failing : {})));
    leaseOfOther(rig, 'm000', 600);
    startedByOther(rig, 8_000, 'm000');
    const { keeper, closed } = kept();
    const changed = await runWarmUp(rig, 1, { keeper });
    expect(outcomes(changed)).toEqual({ m000: 'unchanged', m001: 'failed' });
    expect(closed.flat().map(({ id }) => id)).toEqual(['m001']);
  });

  it.each([
    [false, { m000: 'failed', m001: 'skipped', m002: 'changed' }],
    [true, { m000: 'failed', m001: 'changed', m002: 'skipped' }],
  ])('leaves alone what has been cordoned since, named by its id: %s', async (isNamed, expected) => {
    const rig = rigOf(many(3, (index) => (index === 0 ? NEVER : {})));
    void rig.clock.sleep(50_000).then(() => {
      rig.fly.machine(APP, 'm001').cordoned = true;
    });
    const wish = isNamed ? { selector: selector({ machines: ['m000', 'm001', 'm002'] }) } : {};
    const changed = await runWarmUp(rig, 1, wish);
    expect(outcomes(changed)).toEqual(expected);
    expect(changed.result.failures).toEqual([]);
    if (!isNamed) expect(reasonsOf(changed)[1]).toMatch(/^cordoned, so it gets no traffic/);
  });

  it('replaces one that is gone', async () => {
    const faults = [
      { method: 'GET', path: /m001$/, fault: { status: 404, body: { error: 'machine not found' } } },
    ];
    const rig = rigOf(
      many(3, (index) => (index === 0 ? NEVER : {})),
      { faults },
    );
    const changed = await runWarmUp(rig, 1);
    expect(outcomes(changed)).toEqual({ m000: 'failed', m001: 'failed', m002: 'changed' });
  });
});

describe('when there is a limit', () => {
  const other = (count = 1) => ({
    otherApps: [{ name: 'other', machines: many(count).map((it, index) => ({ ...it, id: `x${index}` })) }],
  });
  const apps = [APP, 'other'];

  it.each(['skip', 'wait'] as const)(
    'gives to one app what came to nothing in another: %s',
    async (onLease) => {
      const failing = { behaviour: { start: 'no-capacity' } } as const;
      const rig = rigOf(onLease === 'skip' ? many(2) : many(2, () => failing), {
        ...other(),
        settings: { bootMs: 1_000, latencyMs: 100 },
      });
      if (onLease === 'skip') for (const id of ['m000', 'm001']) leaseOfOther(rig, id, 3_600);
      const changed = await runWarmUp(rig, 1, { limit: 1, apps, onLease });
      expect(outcomes(changed)).toMatchObject({ x0: 'changed' });
      expect(changed.result.failures.map(({ error }) => error.message)).toEqual([
        expect.stringMatching(/^0 of 1 machine of my-app are ready;.* `limit` allows no further start/),
      ]);
    },
  );

  it('begins another beside a slow one as soon as a start is free again', async () => {
    const rig = rigOf(
      many(2, (index) => (index === 0 ? NEVER : {})),
      other(),
    );
    const expiresAt = Math.floor(rig.clock.now() / 1_000) + 3_600;
    rig.fly.machine('other', 'x0').lease = {
      nonce: 'n',
      owner: 'o',
      description: '',
      version: '',
      expiresAt,
    };
    startedByOther(rig, 130_000, 'x0', 'other');
    const { result, said } = await runWarmUp(rig, 1, { limit: 2, apps });
    expect(outcomes({ result })).toEqual({ m000: 'failed', m001: 'changed', x0: 'unchanged' });
    expect(said.at(-1)).toMatch(/^m000: not ready after 2 min 1\d s; the next is begun beside it$/);
    expect(result.failures).toEqual([]);
  });

  it('takes what needs no start though none is left, and says that the limit is why the rest is not', async () => {
    const sick = {
      state: 'started',
      sinceMs: 600_000,
      config: CHECKS,
      behaviour: { checksPassMs: 610_000 },
    } as const;
    const rig = rigOf(many(4, (index) => (index === 3 ? sick : {})));
    const changed = await runWarmUp(rig, 3, { limit: 1 });
    expect(outcomes(changed)).toEqual({
      m000: 'changed',
      m001: 'skipped',
      m002: 'skipped',
      m003: 'unchanged',
    });
    expect(reasonsOf(changed)[2]).toBe('limit of 1 reached');
    expect(changed.result.failures.map(({ error }) => [error.message, error.hint])).toEqual([
      [
        '2 of 3 machines of my-app are ready; `limit` allows no further start',
        expect.stringMatching(/^Raise `limit`/),
      ],
    ]);
  });

  it('never starts more than that, however many fail afterwards', async () => {
    const rig = rigOf(
      many(5, () => ({
        config: CHECKS,
        behaviour: { boot: 'exits', exitAfterMs: 2_000, checksPassMs: 60_000 },
      })),
    );
    const { result } = await runWarmUp(rig, 2, { limit: 3 });
    expect(result.failures).toHaveLength(1);
    expect(startsOf(rig)).toHaveLength(3);
  });

  it.each([
    [
      2,
      1,
      ['would', 'limit of 1 reached', 'limit of 1 reached', 'ready'],
      ['my-app has 2 machines that can be warmed up within `limit`, and `count` wants 3', /^Raise `limit`/],
    ],
    [
      5,
      3,
      ['would', 'would', 'would', 'ready'],
      ['my-app has 4 machines that can be warmed up, and `count` wants 6', /^Lower `count`.*fly scale count/],
    ],
    [
      1,
      1,
      ['would', 'not needed unless another fails', 'not needed unless another fails', 'ready'],
      undefined,
    ],
  ] as const)(
    'shows in a dry run what comes of it: %d more and a limit of %d',
    async (more, limit, table, failure) => {
      const rig = rigOf(many(4, (index) => (index === 3 ? { state: 'started' } : {})));
      const { result } = await runWarmUp(rig, more + 1, { limit, dryRun: true });
      const rows = result.machines.map(({ wouldChange, outcome, reason }) =>
        outcome === 'unchanged' ? 'ready' : wouldChange === undefined ? reason : 'would',
      );
      expect(rows).toEqual(table);
      const told = result.failures.map(({ error }) => [error.message, error.hint]);
      expect(told).toEqual(failure === undefined ? [] : [[failure[0], expect.stringMatching(failure[1])]]);
    },
  );
});

describe('when it is told how long a machine has been up', () => {
  it.each([
    [0, { m000: 'unchanged', m001: 'skipped' }],
    [-300_000, { m000: 'unchanged', m001: 'skipped' }],
    [300_000, { m000: 'skipped', m001: 'changed' }],
  ])('goes by the clock of the servers, %d ms off', async (offset, expected) => {
    const up = {
      state: 'started',
      sinceMs: 60_000,
      config: CHECKS,
      behaviour: { checksPassMs: 65_000 },
    } as const;
    const rig = rigOf(many(2, (index) => (index === 0 ? up : {})));
    const now = () => rig.clock.now() + offset;
    expect(outcomes(await runWarmUp(rig, 1, { now }))).toEqual(expected);
  });
});

describe('when a machine starts and does not become healthy', () => {
  it('says after how long it had started', async () => {
    const rig = rigOf(
      many(1, () => NEVER),
      { timeoutMs: 20_000 },
    );
    const { result } = await runWarmUp(rig, 1);
    expect(result.machines).toMatchObject([
      { outcome: 'failed', reason: 'started after 1 s', durationMs: 20_000 },
    ]);
    expect(result.line).not.toContain('to started');
  });
});
