import type { Dice } from '../../../fuzz/dice.js';
import { OUR_ORG } from '../../draw/fleet.js';
import type { Given } from '../../draw/inputs/inputs-plan.js';
import type { ActionStep, ScriptJob } from '../../script/script.js';
import type { KindApp, Organization } from './draw-organization.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const DAYS = 14;

type Work = Pick<ActionStep, 'command' | 'inputs'>;

/** Workflow of the organization: what it does, and when it is due. */
interface Workflow {
  readonly name: string;
  readonly due: readonly number[];
  readonly work: Work;
}

/** Draws the jobs of two weeks in the order of their begins: what GitHub starts late, or not at all, and what people start by hand. */
export function drawCrons(dice: Dice, organization: Organization): ScriptJob[] {
  const isWeak = dice.chance(0.2);
  // GitHub drops crons where many want a runner.
  const drops = dice.pick([0.1, 0.3, 0.5]);
  const workflows = [
    ...drawHoursWorkflows(dice, organization),
    ...drawNights(dice, organization),
    ...drawIdles(dice, organization),
    ...drawByHand(dice, organization),
  ];
  const jobs = workflows.flatMap(({ name, due, work }) =>
    due.flatMap((at) => {
      const startsAts = dice.chance(name === 'hours' ? drops : 0.07)
        ? []
        : dice.chance(0.03)
          ? [at, at + dice.below(20_000)]
          : [at];
      return startsAts.map((it) => ({
        name,
        work,
        startsAt: it + drawDelay(dice),
        isWeak: isWeak && dice.chance(0.3),
      }));
    }),
  );
  return jobs
    .sort((a, b) => a.startsAt - b.startsAt)
    .map(({ name, work, startsAt, isWeak: its }, number) =>
      jobOf(`${name}-${number}`, {
        work,
        startsAt,
        token: its ? 'weak' : 'org',
        fate: drawFate(dice, startsAt),
      }),
    );
}

/** Draws how late GitHub starts a cron. */
function drawDelay(dice: Dice): number {
  return dice.below(dice.pick([30_000, 3 * MINUTE, 12 * MINUTE, 55 * MINUTE]));
}

function drawFate(dice: Dice, startsAt: number): Pick<ScriptJob, 'cancelAt' | 'lostAt'> {
  const soon = () => startsAt + dice.below(dice.pick([2_000, 8_000, 40_000]));
  if (dice.chance(0.05)) return { cancelAt: soon() };
  return dice.chance(0.03) ? { lostAt: soon() } : {};
}

/** Makes a job: `auth`, then its command, on a runner of its own. */
function jobOf(
  name: string,
  {
    work,
    startsAt,
    token,
    fate,
  }: {
    readonly work: Work;
    readonly startsAt: number;
    readonly token: string;
    readonly fate: Pick<ScriptJob, 'cancelAt' | 'lostAt'>;
  },
): ScriptJob {
  const { org, app } = work.inputs;
  const scope = org === undefined ? { app: app ?? '' } : { org };
  return {
    name,
    runner: name,
    startsAt,
    steps: [
      { kind: 'action', command: 'auth', inputs: { token: `{token:${token}}`, ...scope } },
      { kind: 'action', ...work },
    ],
    env: {},
    clock: { offsetMs: 0, jumps: [] },
    ...fate,
  };
}

const namesOf = (apps: readonly KindApp[], kind: KindApp['kind']) =>
  apps.filter((it) => it.kind === kind).map(({ name }) => name);
const daily = (ms: number) => Array.from({ length: DAYS }, (_, day) => day * DAY + ms);

function drawHoursWorkflows(dice: Dice, { apps, defaultHours }: Organization): Workflow[] {
  const scope: Given =
    defaultHours === undefined
      ? { org: OUR_ORG }
      : { app: namesOf(apps, 'hours').join(', '), 'default-hours': defaultHours };
  const inputs: Given = {
    ...scope,
    ...(dice.chance(0.3) && { 'down-action': 'suspend', fallback: 'stop' }),
    ...(dice.chance(0.15) && {
      exclude: dice.pick(apps.flatMap((it) => it.machines)).id,
      'allow-empty': 'true',
    }),
  };
  // Summaries of all machines, hour by hour, cost a quarter of the time.
  const cron: Work = { command: 'hours', inputs: { ...inputs, summary: 'false' } };
  const due = Array.from({ length: DAYS * 24 }, (_, hour) => hour * HOUR + 5 * MINUTE);
  const tried: Workflow = {
    name: 'try',
    due: daily(10 * HOUR).slice(0, dice.below(4)),
    work: { command: 'hours', inputs: { ...inputs, 'dry-run': 'true' } },
  };
  return [{ name: 'hours', due, work: cron }, tried];
}

function drawNights(dice: Dice, { apps }: Organization): Workflow[] {
  const app = namesOf(apps, 'night').join(', ');
  const evening = (17 + dice.below(4)) * HOUR;
  const limits: Given = {
    ...(dice.chance(0.15) && { limit: '20' }),
    ...(dice.chance(0.2) && { 'max-concurrent': '5' }),
  };
  const common: Given = { app, 'allow-empty': 'true', ...limits };
  const down: Work = dice.chance(0.3)
    ? { command: 'suspend', inputs: { ...common, machines: 'all', mark: 'night', fallback: 'stop' } }
    : { command: 'stop', inputs: { ...common, machines: 'all', mark: 'night' } };
  const onFailure: Given = dice.chance(0.2) ? { 'on-failure': 'stop' } : {};
  return [
    { name: 'evening', due: daily(evening), work: { ...down, inputs: { ...down.inputs, ...onFailure } } },
    {
      name: 'morning',
      due: daily(6 * HOUR),
      work: { command: 'start', inputs: { ...common, marked: 'night' } },
    },
    {
      name: 'rehearsal',
      due: daily(evening - 2 * HOUR).slice(0, dice.below(3)),
      work: { ...down, inputs: { ...down.inputs, 'dry-run': 'true' } },
    },
  ];
}

function drawIdles(dice: Dice, { apps }: Organization): Workflow[] {
  const inputs: Given = {
    app: namesOf(apps, 'idle').join(', '),
    'idle-for': '1h',
    ...(dice.chance(0.7) && { announce: dice.pick(['24h', '24h', '12h', '36h']) }),
    ...(dice.chance(0.3) && { keep: '1' }),
    ...(dice.chance(0.2) && { 'down-action': 'suspend', fallback: 'stop' }),
  };
  return [
    { name: 'idle', due: daily(22 * HOUR), work: { command: 'stop-idle', inputs } },
    {
      name: 'look',
      due: daily(9 * HOUR).slice(0, dice.below(3)),
      work: { command: 'stop-idle', inputs: { ...inputs, 'dry-run': 'true' } },
    },
  ];
}

/** Draws what people run by hand on one machine: labels, holds, starts and stops. */
function drawByHand(dice: Dice, { apps }: Organization): Workflow[] {
  return Array.from({ length: 6 + dice.below(10) }, (_, number) => {
    const { name: app, machines } = dice.pick(apps);
    const { id } = dice.pick(machines);
    const work = dice.pick<Work>([
      {
        command: 'label',
        inputs: { set: dice.pick(['keep-alive=true', 'keep-alive=', 'hours=always', 'keep-alive-until=']) },
      },
      { command: 'start', inputs: { hold: '30h' } },
      { command: 'start', inputs: {} },
      { command: 'stop', inputs: {} },
    ]);
    return {
      name: `hand-${number}`,
      due: [dice.below(DAYS * DAY)],
      work: { ...work, inputs: { app, machines: id, ...work.inputs } },
    };
  });
}
