import { parseApp } from '../../emulator/cli/parse-app.js';
import { systemClock } from '../../emulator/clock.js';
import { createFly, type Fly } from '../../emulator/fly.js';
import type { Happening } from '../../emulator/happening.js';
import { systemRandom } from '../../emulator/random.js';
import { serve } from '../../emulator/server.js';
import type { GivenSettings } from '../../emulator/settings.js';
import { leastStarted } from './least-started.js';

/** A Fly of its own for one side, with one app. */
export interface Arena {
  readonly fly: Fly;
  readonly url: string;
  readonly token: string;
  readonly app: string;
}

/** Restarts all machines and returns the milliseconds of the process that did. */
export type Restart = (arena: Arena) => Promise<number>;

/** Course of one restart of all machines. */
export interface Course {
  readonly ms: number;
  readonly requests: number;
  /** Least number of machines that were started at any instant. */
  readonly least: number;
}

/**
 * Has the machines of an app restarted, which is given as on the emulator's command line, and reads the course from the history of
 * their Fly. Throws when not each of them was restarted once and is up.
 */
export async function courseOf(text: string, settings: GivenSettings, restart: Restart): Promise<Course> {
  const app = parseApp(text);
  const happenings: Happening[] = [];
  const fly = createFly({
    clock: systemClock,
    random: systemRandom,
    apps: [app],
    settings,
    onHappening: (it) => happenings.push(it),
  });
  const server = await serve(fly);
  try {
    const token = fly.mintToken({ app: app.name, withDischarge: true });
    const ms = await restart({ fly, url: server.url, token, app: app.name });
    // This look at all machines makes the history complete.
    const machines = fly.machines(app.name);
    const up = machines.filter(({ state }) => state === 'started').length;
    const restarts = happenings.filter((it) => it.kind === 'state' && it.to === 'started').length;
    if (up !== machines.length || restarts !== machines.length)
      throw new Error(`Of ${machines.length} machines, ${up} are up, after ${restarts} restarts.`);
    return { ms, requests: fly.requests.length, least: leastStarted(machines.length, happenings) };
  } finally {
    await server.close();
  }
}
