import type { Clock } from '../../../../src/clock.js';
import { createStepRig } from '../../../support/rigs/step-rig.js';

const APP = 'my-app';
const HOUR_MS = 3_600_000;

/** A clock that is set forward, or back, after a while. */
function jumping(world: Clock, afterMs: number, byMs: number): Clock {
  const jumpsAt = world.now() + afterMs;
  return {
    now: () => world.now() + (world.now() >= jumpsAt ? byMs : 0),
    sleep: (ms, signal) => world.sleep(ms, signal),
  };
}

/** Returns the errors of a step that waits for a minute, while the clock of its runner jumps. */
async function errorsOf(afterMs: number, byMs: number): Promise<readonly string[]> {
  const rig = createStepRig({ machines: [{ id: 'm1' }] });
  try {
    // Nothing but the Machines API may tell the time: the clocks of other third parties can be wrong.
    const token = rig.fly.mintToken({ app: APP, thirdParty: 'own' });
    void rig.clock.sleep(60_000).then(() => {
      rig.fly.machine(APP, 'm1').state = 'suspended';
    });
    const clock = jumping(rig.clock, afterMs, byMs);
    const step = await rig.step('wait', { token, app: APP, state: 'suspended', timeout: '3h' }, { clock });
    return step.log.said('error');
  } finally {
    rig.end();
  }
}

describe('when the clock of a runner jumps in the middle of a step', () => {
  const instants = Array.from({ length: 10 }, (_, place) => 10_000 + 1_600 * place);

  it.each([2 * HOUR_MS, -2 * HOUR_MS])('no good discharge is taken for an ended one: %i ms', async (byMs) => {
    for (const afterMs of instants)
      expect({ afterMs, errors: await errorsOf(afterMs, byMs) }).toEqual({ afterMs, errors: [] });
  });
});
