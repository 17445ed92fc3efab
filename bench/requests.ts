import { systemClock } from '../emulator/clock.js';
import { createFly, type Fly } from '../emulator/fly.js';
import { systemRandom } from '../emulator/random.js';
import { serve } from '../emulator/server.js';
import { createJob, type Job } from '../runner/job.js';
import { countAtMost, type Figure } from './tools/figure.js';
import { nodeForActions } from './tools/node-binary.js';

const APP = 'my-app';
const MACHINES = 40;

/** Kinds of requests, in the order in which a step needs them. */
const KINDS = {
  discharge: /^POST \/(aaa|own)\/v1\/\.well-known\/macfly\/3p$/,
  list: /^GET \/v1\/apps\/[^/]+\/machines$/,
  start: /^POST \/v1\/apps\/[^/]+\/machines\/[^/]+\/start$/,
  app: /^GET \/v1\/apps\/[^/]+$/,
  question: /^POST \/v1\/tokens\/authorize$/,
  names: /^GET \/v1\/tokens\/current$/,
  wait: /^GET \/v1\/apps\/[^/]+\/machines\/[^/]+\/wait\?/,
  look: /^GET \/v1\/apps\/[^/]+\/machines\/[^/]+$/,
} as const;
type Kind = keyof typeof KINDS;
type Counts = Readonly<Partial<Record<Kind, number>>>;

/** Counts the requests of the steps of a job, by the log of the emulator that answers them. */
export async function requests(): Promise<Figure[]> {
  const cold = await inJob(['aaa', 'own'], async ({ fly, job, token }) => {
    const start = { uses: './start', with: { token, app: APP, machines: 'all' } };
    const wanted = { discharge: 2, list: 1, start: MACHINES, wait: MACHINES, look: MACHINES };
    return [
      await countRequests(`cold start of ${MACHINES} machines, 2 tickets`, wanted, fly, () =>
        job.step(start),
      ),
    ];
  });
  const warm = await inJob(['aaa'], async ({ fly, job, token }) => {
    const auth = { uses: './auth', with: { token, app: APP } };
    const start = { uses: './start', with: { machines: 'all' } };
    const changes = { list: 1, start: MACHINES, wait: MACHINES, look: MACHINES };
    return [
      await countRequests('auth, 1 ticket', { discharge: 1 }, fly, () => job.step(auth)),
      await countRequests('inspect', { app: 1, names: 1 }, fly, () => job.step({ uses: './inspect' })),
      await countRequests('list', { list: 1 }, fly, () => job.step({ uses: './list' })),
      await countRequests(`warm start of ${MACHINES} machines`, changes, fly, () => job.step(start)),
      await countRequests('start of started machines', { list: 1 }, fly, () => job.step(start)),
    ];
  });
  const doubtful = await inJob(['aaa'], async ({ fly, job, token }) => {
    fly.settings.appNumbers = 'absent';
    const step = { uses: './inspect', with: { token, app: APP } };
    const wanted = { discharge: 1, app: 1, question: 1 };
    return [await countRequests('inspect in doubt, 1 ticket', wanted, fly, () => job.step(step))];
  });
  return [...cold, ...warm, ...doubtful];
}

interface JobRig {
  readonly fly: Fly;
  readonly job: Job;
  readonly token: string;
}

async function inJob<T>(thirdParty: readonly string[], work: (stage: JobRig) => Promise<T>): Promise<T> {
  const machines = Array.from({ length: MACHINES }, () => ({ state: 'stopped' as const }));
  const settings = { bootMs: 200 };
  const fly = createFly({
    clock: systemClock,
    random: systemRandom,
    apps: [{ name: APP, machines }],
    settings,
  });
  const server = await serve(fly);
  const job = createJob({ node: nodeForActions().path, env: { FLY_FLAPS_BASE_URL: server.url } });
  try {
    return await work({ fly, job, token: fly.mintToken({ app: APP, thirdParty }) });
  } finally {
    job.end();
    await server.close();
  }
}

/** Counts the requests of a step. A request of an unwanted or unknown kind counts as one too many. */
async function countRequests(
  what: string,
  wanted: Counts,
  fly: Fly,
  step: () => ReturnType<Job['step']>,
): Promise<Figure> {
  const before = fly.requests.length;
  const { conclusion, stdout } = await step();
  if (conclusion !== 'success') throw new Error(`${what}: the step ended with ${conclusion}:\n${stdout}`);
  const sent = fly.requests.slice(before).map(({ method, path }) => kindOf(`${method} ${path}`));
  const most = Object.values(wanted).reduce((sum, count) => sum + count, 0);
  const isAsWanted = [...new Set([...Object.keys(wanted), ...sent])].every(
    (kind) => sent.filter((it) => it === kind).length === (new Map(Object.entries(wanted)).get(kind) ?? 0),
  );
  const figure = countAtMost({
    what,
    value: sent.length,
    most,
    digits: 0,
    unit: sent.length === 1 ? 'request' : 'requests',
    note: tally(sent),
  });
  return { ...figure, met: figure.met && isAsWanted };
}

function kindOf(line: string): string {
  return Object.entries(KINDS).find(([, pattern]) => pattern.test(line))?.[0] ?? line;
}

function tally(kinds: readonly string[]): string {
  return [...new Set(kinds)].map((kind) => `${kinds.filter((it) => it === kind).length} ${kind}`).join(', ');
}
