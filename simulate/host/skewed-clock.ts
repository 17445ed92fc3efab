import type { Clock } from '../../src/clock.js';
import type { ScriptJob } from '../script/script.js';

/** Returns a runner's own clock: the world's with an error, which jumps now and then. `start` is the script's, in milliseconds since 1970. */
export function skewedClock(world: Clock, { offsetMs, jumps }: ScriptJob['clock'], start: number): Clock {
  return {
    now() {
      const now = world.now();
      const jumped = jumps.filter(({ at }) => start + at <= now).reduce((sum, { byMs }) => sum + byMs, 0);
      return now + offsetMs + jumped;
    },
    sleep: (ms, signal) => world.sleep(ms, signal),
  };
}
