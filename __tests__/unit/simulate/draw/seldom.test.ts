import { Dice } from '../../../../fuzz/dice.js';
import { withCrashes, withGaps, withLimits } from '../../../../simulate/draw/seldom.js';
import type { ActionStep, ScriptApp, ScriptJob } from '../../../../simulate/script/script.js';

const APPS: readonly ScriptApp[] = [
  {
    name: 'my-app',
    org: 'my-org',
    machines: [
      { id: 'a', name: 'a', state: 'started' },
      { id: 'b', name: 'b', state: 'stopped', behaviour: { boot: 'fails' } },
      { id: 'c', name: 'c', state: 'started', load: 'busy' },
    ],
  },
];

const jobOf = (command: ActionStep['command'], inputs: Record<string, string>): ScriptJob => ({
  name: 'nightly',
  runner: 'runner-1',
  startsAt: 0,
  steps: [{ kind: 'action', command, inputs }],
  env: {},
  clock: { offsetMs: 0, jumps: [] },
});

const many = <T>(draw: (dice: Dice) => T): T[] =>
  Array.from({ length: 200 }, (_, number) => draw(new Dice('test', 1, number, 'seldom')));

describe('when metrics get gaps', () => {
  it('is those of machines that run and are quiet, where a job looks by metrics', () => {
    const drawn = many((dice) => withGaps(dice, APPS, [jobOf('stop-idle', {})]));
    const gaps = drawn.flatMap(([app]) => app?.machines.filter(({ load }) => typeof load === 'object') ?? []);
    expect(gaps.length).toBeGreaterThan(10);
    expect(new Set(gaps.map(({ id }) => id))).toEqual(new Set(['a']));
    expect(many((dice) => withGaps(dice, APPS, [jobOf('stop-idle', { 'idle-signal': 'uptime' })]))).toEqual(
      many(() => APPS),
    );
  });
});

describe('when restarts meet machines that crash', () => {
  it('is those that run, without checks, and the restart looks again as usual', () => {
    const job = jobOf('restart', { settle: '0', wait: 'true', region: 'fra' });
    const drawn = many((dice) => withCrashes(dice, APPS, [job])).filter(({ jobs }) => jobs[0] !== job);
    expect(drawn.length).toBeGreaterThan(10);
    for (const { jobs } of drawn) expect(jobs[0]?.steps).toMatchObject([{ inputs: { region: 'fra' } }]);
    const crashing = drawn.flatMap(
      ({ apps }) => apps[0]?.machines.filter(({ behaviour }) => behaviour?.exitAfterMs === 3_000) ?? [],
    );
    expect(new Set(crashing.map(({ id }) => id))).toEqual(new Set(['a', 'c']));
  });
});

describe('when warm-ups are limited', () => {
  it('may start one machine of those that sleep, and wants more', () => {
    const job = jobOf('warm-up', { token: 't', region: 'fra' });
    const drawn = many((dice) => withLimits(dice, APPS, [job])).filter(({ jobs }) => jobs[0] !== job);
    const limited = drawn.flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps));
    expect(limited.length).toBeGreaterThan(10);
    for (const step of limited)
      expect(step).toMatchObject({ inputs: { token: 't', count: '3', limit: '1' } });
    expect(
      drawn.every(({ apps }) => apps[0]?.machines.every(({ behaviour }) => behaviour === undefined)),
    ).toBe(true);
  });

  it('leaves jobs alone that warm nothing up', () => {
    const job = jobOf('start', {});
    for (const { apps, jobs } of many((dice) => withLimits(dice, APPS, [job])))
      expect([apps, jobs]).toEqual([APPS, [job]]);
  });
});
