import { openDeadEnd } from '../interop/flyctl/dead-end.js';
import { createFlyCli } from '../interop/flyctl/fly-cli.js';
import { type Arena, type Course, courseOf, type Restart } from './tools/course.js';
import { type Figure, withoutTarget } from './tools/figure.js';
import { seconds, succeed, timeStep } from './tools/sides.js';

const MACHINES = 24;
/** Least numbers that may be up: 33 % of 24, rounded down, are 7. */
const LEAST = { share: MACHINES - 7, single: MACHINES - 1 } as const;
const SETTINGS = { latencyMs: 80, bootMs: 2_000, stopMs: 400, rateLimits: false } as const;
/** Time that the CLI may take for all, with room for a slow computer. */
const PATIENCE_MS = 600_000;

/** Fleets by what they are, each of one process group; half of all machines have health checks. */
const FLEETS: ReadonlyMap<string, { readonly app: string; readonly remark: string }> = new Map([
  [
    `${MACHINES} machines with health checks`,
    {
      app: `my-app=web*${MACHINES}+service-checks`,
      remark: 'Checks pass 1.5 s after the boot, and each side waits for them',
    },
  ],
  [
    `${MACHINES} machines without checks`,
    {
      app: `my-app=worker*${MACHINES}`,
      remark:
        "A step looks at each machine once more when it has been up for 5 s, and only then goes on to the next; the CLI doesn't",
    },
  ],
]);

/** Courses of the same fleet by each side. */
interface Courses {
  readonly share: Course;
  readonly single: Course;
  readonly cli: Course;
}

/**
 * Measures restarts of whole fleets by Fly's own CLI and by our steps, whole processes, once each. They run beside
 * one another, each with a Fly of its own: all of them mostly wait, and one after another they would take ten minutes.
 */
export async function flyctlRestart(binary: string): Promise<Figure[]> {
  const deadEnd = await openDeadEnd();
  const byCli: Restart = (arena) => timeCli(arena, { binary, proxy: deadEnd.url });
  try {
    const figures = [...FLEETS].map(async ([what, { app, remark }]) => {
      const [share, single, cli] = await allOf([
        courseOf(app, SETTINGS, byStep('33%')),
        courseOf(app, SETTINGS, byStep('1')),
        courseOf(app, SETTINGS, byCli),
      ]);
      return figuresOf(what, remark, { share, single, cli });
    });
    return (await allOf(figures)).flat();
  } finally {
    await deadEnd.close();
  }
}

/** Waits until all have ended, also where one fails, so that none is left with a process. */
async function allOf<const T extends readonly Promise<unknown>[]>(all: T) {
  await Promise.allSettled(all);
  return Promise.all(all);
}

function byStep(most: string): Restart {
  return ({ url, token, app }) =>
    timeStep(url, { uses: './restart', with: { token, app, machines: 'all', 'max-unavailable': most } });
}

/** Measures one `machine restart` with all ids; without ids, the CLI asks a person. */
async function timeCli(
  { fly, url, token, app }: Arena,
  setup: { readonly binary: string; readonly proxy: string },
): Promise<number> {
  const ids = fly.machines(app).map(({ id }) => id);
  const cli = createFlyCli({ ...setup, url, token });
  try {
    const start = performance.now();
    await succeed(cli, ['machine', 'restart', ...ids, '-a', app], { patienceMs: PATIENCE_MS });
    return performance.now() - start;
  } finally {
    cli.end();
  }
}

function figuresOf(what: string, remark: string, { share, single, cli }: Courses): Figure[] {
  const { latencyMs, bootMs, stopMs } = SETTINGS;
  const times = ({ ms }: Course) => `${(cli.ms / ms).toFixed(1)} times`;
  return [
    withoutTarget(
      `${what} restarted, compared with Fly's CLI`,
      `the CLI takes ${times(share)} as long as a step with 33%, ${times(single)} as long as a step with max-unavailable: 1`,
      `One run, all sides beside one another, latency ${seconds(latencyMs)}, boot ${seconds(bootMs)}, stop ${seconds(stopMs)}, no rate limits. ${remark}. Steps: ` +
        `${seconds(share.ms)} and ${seconds(single.ms)}. The CLI: one \`machine restart\` with all ids, which takes all leases for 2 minutes and restarts ` +
        `one after another, ${seconds(cli.ms)}. Requests: ${share.requests}, ${single.requests} and ${cli.requests}`,
    ),
    {
      what: 'fewest of them up at any instant',
      measured: `${share.least} with 33%, ${single.least} with max-unavailable: 1, ${cli.least} with the CLI`,
      target: `at least ${LEAST.share} and ${LEAST.single}`,
      met: share.least >= LEAST.share && single.least >= LEAST.single,
      kind: 'count',
      note: 'By the history of each Fly. A machine counts as up while it is `started`, whatever its checks say',
    },
  ];
}
