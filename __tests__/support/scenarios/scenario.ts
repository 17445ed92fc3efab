import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../emulator/clock.js';
import type { FaultRule } from '../../../emulator/faults.js';
import type { Fly } from '../../../emulator/fly.js';
import type { FlyRequest } from '../../../emulator/http.js';
import type { AppSpec } from '../../../emulator/machines/build.js';
import { systemRandom } from '../../../emulator/random.js';
import { serve } from '../../../emulator/server.js';
import type { GivenSettings } from '../../../emulator/settings.js';
import { createJob, type Job } from '../../../runner/job.js';
import type { JobOptions } from '../../../runner/job-options.js';
import { createJudgedFly } from '../documents/judged-fly.js';
import { LeakNet } from '../rigs/leak-net.js';

/** Where Node keeps the bundle compiled, so that it does so once for hundreds of steps; Node 20 takes no notice. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/scenarios', import.meta.url));

export const APP = 'my-app';
export const WORKERS = ['d8910000000001', 'd8910000000002', 'd8910000000003'] as const;
export const WEB = 'e2860000000001';

/** Machines that are quicker than Fly's. */
export const QUICK = { bootMs: 50, stopMs: 50 };

export interface ScenarioOptions {
  /** Default: `my-app` with one started web machine and three stopped workers, all quicker than Fly's. */
  readonly apps?: readonly AppSpec[];
  readonly settings?: GivenSettings;
  readonly faults?: readonly FaultRule[];
  readonly job?: Omit<JobOptions, 'node'>;
  /** Whether its jobs may have OIDC tokens, of the GitHub beside Fly. */
  readonly idToken?: boolean;
}

/**
 * A job on a runner that finds Fly, by way of the environment, behind HTTP. A step of it that gives a secret away fails the
 * test, whatever that is about.
 */
export interface Scenario {
  readonly fly: Fly;
  readonly url: string;
  readonly job: Job;
  /** Every request with its headers and body, as it arrived. */
  readonly arrivals: readonly FlyRequest[];
  /** Puts Fly's clock forward, or back; the steps go by the system's until Fly tells them. */
  shiftFlysClock(ms: number): void;
  /** Another job with the same Fly. */
  anotherJob(options?: ScenarioOptions['job']): Job;
  /** Calls back, once, when a request arrives whose method and path fit. */
  whenAsked(pattern: RegExp, then: () => void): void;
  close(): Promise<void>;
}

/** Starts a Fly and a job whose steps run the committed `dist` on the given Node binary. */
export async function openScenario(node: string, options: ScenarioOptions = {}): Promise<Scenario> {
  const { apps = [usualApp()], settings = {}, faults = [] } = options;
  let shift = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + shift };
  const fly = createJudgedFly({
    clock,
    random: systemRandom,
    apps,
    settings: { ...QUICK, ...settings },
    faults,
  });
  const arrivals: FlyRequest[] = [];
  const watches: { readonly pattern: RegExp; readonly then: () => void }[] = [];
  const { handle } = fly;
  const net = new LeakNet();
  fly.handle = async (request, signal) => {
    arrivals.push(request);
    net.sent(request);
    const due = watches.findIndex(({ pattern }) => pattern.test(`${request.method} ${request.path}`));
    if (due >= 0) watches.splice(due, 1)[0]?.then();
    const reply = await handle(request, signal);
    net.answered(reply);
    return reply;
  };
  const server = await serve(fly, { dripMs: 100 });
  const jobs: Job[] = [];
  const anotherJob = (job: ScenarioOptions['job'] = {}): Job => {
    const env = { FLY_FLAPS_BASE_URL: server.url, NODE_COMPILE_CACHE, ...job.env };
    const { ACTIONS_ID_TOKEN_REQUEST_URL: tokenUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = fly.github;
    const idToken = options.idToken ? { idToken: { url: tokenUrl, token } } : {};
    const created = net.guard(createJob({ ...idToken, ...job, node, env }), env);
    jobs.push(created);
    return created;
  };
  return {
    fly,
    url: server.url,
    job: anotherJob(options.job),
    arrivals,
    shiftFlysClock: (ms) => {
      shift += ms;
    },
    anotherJob,
    whenAsked: (pattern, then) => void watches.push({ pattern, then }),
    async close() {
      for (const job of jobs) job.end();
      await server.close();
    },
  };
}

/** `my-app` with one started web machine and three stopped workers. */
export function usualApp(): AppSpec {
  const workers = WORKERS.map((id, index) => ({
    id,
    name: `worker-${index + 1}`,
    processGroup: 'worker',
    state: 'stopped' as const,
  }));
  return { name: APP, machines: [{ id: WEB, name: 'web-1' }, ...workers] };
}
