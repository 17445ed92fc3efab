import { createStepRig, type StepRun } from '../../../support/rigs/step-rig.js';

const CRASHES = { boot: 'exits', exitAfterMs: 3_000, exitCode: 1 } as const;

type Command = 'start' | 'restart' | 'warm-up';

/** Runs a step about one machine that crashes three seconds after each start. */
async function stepOf(command: Command, inputs: Readonly<Record<string, string>> = {}): Promise<StepRun> {
  const state = command === 'restart' ? 'started' : 'stopped';
  const rig = createStepRig({ machines: [{ id: 'm1', state, behaviour: CRASHES }] });
  try {
    const token = rig.fly.mintToken({ app: 'my-app' });
    const chosen = command === 'warm-up' ? {} : { machines: 'm1' };
    return await rig.step(command, { token, app: 'my-app', ...chosen, ...inputs });
  } finally {
    rig.end();
  }
}

describe('when a machine crashes three seconds after its start', () => {
  it.each<[string, Command, Readonly<Record<string, string>>, boolean]>([
    ['a start, which looks no more', 'start', {}, true],
    ['a start that is told to look again', 'start', { settle: '10s' }, false],
    ['a start that looks too early', 'start', { settle: '1' }, true],
    ['a restart', 'restart', {}, false],
    ['a restart that is told not to look', 'restart', { settle: '0' }, true],
    ['a restart that waits for nothing', 'restart', { wait: 'false', 'max-unavailable': '100%' }, true],
    ['a warm-up', 'warm-up', {}, false],
    ['a warm-up that is told not to look', 'warm-up', { settle: '0' }, true],
  ])('decides on %s', async (_, command, inputs, expected) => {
    const { succeeded } = await stepOf(command, inputs);
    expect(succeeded).toBe(expected);
  });

  it('says so, with its exit code', async () => {
    const { log } = await stepOf('start', { settle: '10s' });
    expect(JSON.stringify(log)).toContain('did not stay up: it started and ended, exit code 1');
  });
});
