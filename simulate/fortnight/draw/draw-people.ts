import type { Dice } from '../../../fuzz/dice.js';
import type { Deed, ScriptJob } from '../../script/script.js';
import type { Organization } from './draw-organization.js';
import { drawHours, drawUnreadable } from './hours-texts.js';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const LENGTH = 14 * DAY;

const DOES: readonly Deed['does'][] = [
  ...(['start', 'start', 'start', 'stop', 'stop', 'suspend', 'visit', 'visit', 'visit'] as const),
  ...(['crash', 'crash', 'out-of-memory', 'end', 'host-start', 'host-start'] as const),
  ...(['lease', 'deploy', 'cordon', 'uncordon', 'keep-alive', 'hold-until', 'label', 'label'] as const),
];

/** Draws what people, proxies, deploys, hosts and the machines themselves do in two weeks, in the order of time. */
export function drawPeople(dice: Dice, organization: Organization, jobs: readonly ScriptJob[]): Deed[] {
  const { apps } = organization;
  const targets = apps.flatMap(({ name: app, machines }) => machines.map(({ id }) => ({ app, machine: id })));
  const many = 150 + dice.below(350);
  const deeds = Array.from({ length: many }, () => drawDeed(dice, organization, { targets, jobs }));
  const loops = Array.from({ length: dice.below(4) }, () => drawLoop(dice, dice.pick(targets)));
  const rollouts = Array.from({ length: 8 + dice.below(16) }, () => drawRollout(dice, organization, jobs));
  const updates = Array.from({ length: 60 }, () => drawUpdate(dice, organization, jobs));
  return [...deeds, ...loops.flat(), ...rollouts, ...updates].sort((a, b) => a.at - b.at);
}

/** Draws a moment: while a job is at work, or any. */
function drawMoment(dice: Dice, jobs: readonly ScriptJob[]): number {
  if (dice.chance(0.5)) return dice.below(LENGTH);
  const { startsAt } = dice.pick(jobs);
  return Math.max(0, startsAt + dice.below(dice.pick([5_000, 20_000])) - dice.pick([0, 0, 5 * MINUTE]));
}

function drawDeed(
  dice: Dice,
  { start }: Organization,
  {
    targets,
    jobs,
  }: { readonly targets: readonly Pick<Deed, 'app' | 'machine'>[]; readonly jobs: readonly ScriptJob[] },
): Deed {
  const does = dice.pick(DOES);
  const at = drawMoment(dice, jobs);
  const lasts = does === 'lease' || does === 'deploy' || does === 'hold-until';
  return {
    at,
    ...dice.pick(targets),
    does,
    ...(lasts && { forMs: dice.pick([20_000, 4 * MINUTE, does === 'hold-until' ? 3 * DAY : 30 * MINUTE]) }),
    ...(does === 'label' && { label: drawLabel(dice, start) }),
  };
}

function drawLabel(dice: Dice, start: number): NonNullable<Deed['label']> {
  if (dice.chance(0.4)) return { key: dice.pick(['keep-alive', 'keep-alive-until']), value: '' };
  const value = dice.chance(0.2) ? drawUnreadable(dice) : dice.chance(0.2) ? '' : drawHours(dice, start);
  return { key: 'hours', value };
}

/** Draws a machine that crashes again and again. */
function drawLoop(dice: Dice, target: Pick<Deed, 'app' | 'machine'>): Deed[] {
  const [first, every] = [dice.below(LENGTH), dice.pick([2 * MINUTE, 20 * MINUTE, HOUR])];
  return Array.from({ length: 2 + dice.below(12) }, (_, time) => ({
    at: first + time * every,
    ...target,
    does: 'crash',
  }));
}

/** Draws a deploy of an app, often one that has read its machines before an evening's or a morning's job and writes them afterwards. */
function drawRollout(dice: Dice, { apps }: Organization, jobs: readonly ScriptJob[]): Deed {
  const { name: app } = dice.pick(apps);
  const its = jobs.filter(({ steps }) =>
    steps.some((step) => step.kind === 'action' && isAbout(step.inputs, app)),
  );
  const at =
    dice.chance(0.7) && its.length > 0
      ? Math.max(0, dice.pick(its).startsAt - dice.below(4 * MINUTE))
      : dice.below(LENGTH);
  return {
    at,
    app,
    machine: '',
    does: 'rollout',
    forMs: dice.pick([10_000, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]),
  };
}

/** Draws an update of a machine that falls into the seconds in which a job puts machines down, with what it had before. */
function drawUpdate(dice: Dice, { apps }: Organization, jobs: readonly ScriptJob[]): Deed {
  const evenings = jobs.filter(
    ({ name }) => name.startsWith('evening') || (name.startsWith('hours') && dice.chance(0.1)),
  );
  const { startsAt, name } = dice.pick(evenings.length > 0 ? evenings : jobs);
  const kind = name.startsWith('evening') ? 'night' : 'hours';
  const { name: app, machines } = dice.pick(apps.filter((it) => it.kind === kind));
  const before = dice.pick([3 * SECOND, MINUTE]);
  const at = Math.max(0, startsAt - before);
  return { at, app, machine: dice.pick(machines).id, does: 'update', forMs: before + dice.below(8 * SECOND) };
}

function isAbout({ app, org }: Readonly<Record<string, string>>, name: string): boolean {
  return org !== undefined || app?.split(', ').includes(name) === true;
}
