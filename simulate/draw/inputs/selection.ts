import type { Dice } from '../../../fuzz/dice.js';
import { changesSomething, rowOf } from '../../../src/command-table.js';
import type { ScriptMachine } from '../../script/script.js';
import { REGIONS } from '../machine.js';
import type { Given, InputsPlan } from './inputs-plan.js';

/** Draws which machines a step is about: `machines` or a filter, exclusions, a limit, a share. */
export function drawSelection(dice: Dice, plan: InputsPlan): Given {
  const { features, command, isSweeping } = plan;
  const { kind } = rowOf(command);
  const isTold = kind === 'transition' || kind === 'change';
  const machines = plan.apps.flatMap((app) => app.machines);
  const filters = drawFilters(dice, plan, machines);
  const base =
    isTold || dice.chance(0.15) ? drawBase(dice, machines, isTold ? filters : dice.pick([filters, {}])) : {};
  const more = features.filters && dice.chance(0.3) ? filters : {};
  const some = { ...base, ...more };
  // For `wait`, the state is what is waited for.
  const { state, ...without } = some;
  const chosen: Given = command === 'wait' ? without : some;
  const mustNarrow = isSweeping && changesSomething(command);
  const isOpen = isTold && Object.keys(chosen).length === 0;
  return {
    ...chosen,
    ...(isOpen && { machines: 'all' }),
    ...(features.filters && dice.chance(0.25) && { exclude: drawExclusion(dice, chosen, machines) }),
    ...((features.limits || mustNarrow) &&
      changesSomething(command) &&
      dice.chance(mustNarrow ? 0.95 : 0.4) && { limit: dice.pick(['1', '2', '3', '9']) }),
    ...(features.limits && dice.chance(0.15) && { shard: dice.pick(['0/2', '1/2', '2/3', '0/1']) }),
    ...(features.filters && dice.chance(0.4) && { 'allow-empty': 'true' }),
  };
}

/** Draws what chooses machines where something must. */
function drawBase(dice: Dice, machines: readonly ScriptMachine[], filters: Given): Given {
  if (machines.length === 0 || dice.chance(0.45)) return { machines: 'all' };
  if (dice.chance(0.45)) return { machines: drawMachines(dice, machines) };
  return filters;
}

/** Names one to three machines by id or name, in one of the forms of a list. */
function drawMachines(dice: Dice, machines: readonly ScriptMachine[]): string {
  if (dice.chance(0.03)) return '[]';
  const words = Array.from({ length: 1 + dice.below(3) }, () => {
    const { id, name } = dice.pick(machines);
    return dice.chance(0.3) && /^[a-z]+-\d+$/.test(name) ? name : id;
  });
  if (dice.chance(0.2)) return JSON.stringify(words);
  return words.join(dice.pick([',', ', ', '\n']));
}

const STATES = ['started', 'stopped', 'started, stopped', 'suspended, stopped', 'created', 'failed'] as const;

function drawFilters(dice: Dice, { features }: InputsPlan, machines: readonly ScriptMachine[]): Given {
  // A filter is mostly one that some machine passes: another is an error.
  const like = machines.length > 0 && dice.chance(0.85) ? dice.pick(machines) : undefined;
  const isWord = (text: string) => /^[^\s:,]{1,128}$/.test(text);
  const region = like?.region ?? dice.pick(REGIONS);
  const other = machines.length > 0 ? (dice.pick(machines).region ?? 'fra') : 'iad';
  const role = like?.metadata?.['role'];
  const all: Given[] = [
    { 'process-group': like?.processGroup ?? 'worker' },
    { region: isWord(region) ? region : 'fra' },
    { region: [region, other].filter(isWord).join(', ') || 'fra' },
    { state: like?.state ?? 'started' },
    { state: dice.pick(STATES) },
    ...(role === undefined && dice.chance(0.9) ? [] : [{ metadata: `role=${role ?? 'web'}` }]),
  ];
  const one = dice.pick(all);
  return features.filters && dice.chance(0.25) ? { ...one, ...dice.pick(all) } : one;
}

function drawExclusion(dice: Dice, chosen: Given, machines: readonly ScriptMachine[]): string {
  const named = chosen['machines'] ?? '';
  const others = machines.filter(({ id, name }) => !named.includes(id) && !named.includes(name));
  if (others.length === 0 || dice.chance(0.25)) return dice.pick(['role=web', 'role=db', 'tier=none']);
  const { id, name } = dice.pick(others);
  return dice.chance(0.3) && /^[a-z]+-\d+$/.test(name) ? name : id;
}
