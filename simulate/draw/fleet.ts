import type { Dice } from '../../fuzz/dice.js';
import type { ScriptApp, ScriptMachine } from '../script/script.js';
import type { Features } from './features.js';
import { drawMachine, type FleetPlan } from './machine.js';

/** Names of apps, such that patterns divide them. */
const NAMES = ['my-app', 'staging-web', 'staging-api', 'billing', 'staging-billing'] as const;
/** App of another organization, which no step of ours may touch. */
const FOREIGN = 'not-ours';

/** Slugs of the organization that steps work on, and of one that they don't. */
export const [OUR_ORG, OTHER_ORG] = ['my-org', 'other-org'] as const;

/** Draws the apps with their machines; mostly few, now and then thirty. */
export function drawApps(dice: Dice, plan: FleetPlan): ScriptApp[] {
  const { features } = plan;
  const count = features.organizations
    ? 2 + dice.below(NAMES.length - 1)
    : features.manyApps
      ? 2 + dice.below(2)
      : 1;
  const apps: ScriptApp[] = NAMES.slice(0, count).map((name, index) => {
    const machines = drawMachines(dice, { ...plan, app: index, count: countOf(dice, features) });
    return { name, org: OUR_ORG, machines };
  });
  if (features.organizations && dice.chance(0.3))
    apps.push({
      name: FOREIGN,
      org: OTHER_ORG,
      machines: drawMachines(dice, { ...plan, app: NAMES.length, count: 1 }),
    });
  return apps;
}

function countOf(dice: Dice, { bigFleet, rolling }: Features): number {
  if (bigFleet) return 15 + dice.below(20);
  if (rolling) return 3 + dice.below(6);
  // Now and then an app has none.
  return dice.chance(0.03) ? 0 : 1 + dice.below(dice.pick([1, 3, 3, 6]));
}

function drawMachines(
  dice: Dice,
  { count, app, ...plan }: FleetPlan & { readonly app: number; readonly count: number },
): ScriptMachine[] {
  const machines: ScriptMachine[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `${dice.pick(['d891', '1485', 'e286'])}${hex(dice, 6)}${app}${String(index).padStart(3, '0')}`;
    machines.push(drawMachine(dice, { ...plan, id, index, earlier: machines }));
  }
  return machines;
}

function hex(dice: Dice, digits: number): string {
  return Array.from({ length: digits }, () => dice.below(16).toString(16)).join('');
}
