import { MACHINE_STATES } from '../../emulator/machines/states.js';
import type { Setting } from '../../emulator/setting.js';
import { SETTINGS } from '../../emulator/settings.js';
import { inputsOf } from '../../src/action/inputs/table.js';
import { COMMAND_NAMES, rowOf } from '../../src/command-table.js';
import { REFUSALS } from '../../src/machines/api/refusal-table.js';
import { CHECKS } from '../checks/all.js';
import { MOODS } from '../draw/moods.js';
import { DEEDS } from '../draw/others.js';
import { FAULT_NAMES } from '../weather/faults.js';
import { settingNames } from './coverage.js';

/** Names of all that can be seen, by group: what stands here and was never seen is a defect of the simulation. */
export function catalogue(): ReadonlyMap<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ['refusal', REFUSALS.map(({ name }) => name)],
    ['fault', FAULT_NAMES],
    ['mood', [...new Set(MOODS.flatMap(settingNames))]],
    ['setting', choices(SETTINGS)],
    ['deed', [...new Set(DEEDS)]],
    ['state', MACHINE_STATES],
    ['outcome', outcomes()],
    ['step', COMMAND_NAMES.flatMap((name) => [`${name} green`, `${name} red`])],
    ['input', COMMAND_NAMES.flatMap((name) => inputsOf(name).map((input) => `${name} ${input}`))],
    ['job', ['success', 'failure', 'cancelled', 'lost']],
    ['end', ENDS.flatMap((end) => [`main ${end}`, `post ${end}`])],
    ['premise', CHECKS.map(({ name }) => name)],
  ]);
}

/** Ends of processes; none is ever killed, since each ends by itself before a runner would do so. */
const ENDS = ['done', 'cancelled', 'died', 'lost'] as const;

/** Names each choice of a table of settings but the likeliest ones, which are the defaults. */
function choices(table: Readonly<Record<string, Setting<unknown>>>): string[] {
  return Object.entries(table).flatMap(([name, { choices: all = [] }]) =>
    all.slice(1).map((it) => `${name}=${it}`),
  );
}

/** Names each outcome that a machine can have under each command. */
function outcomes(): string[] {
  return COMMAND_NAMES.flatMap((command) => {
    const { kind } = rowOf(command);
    if (kind === 'session' || kind === 'token' || command === 'list') return [];
    const isRequested = kind === 'transition' || command === 'stop-idle';
    const all = ['failed', 'skipped', ...(kind === 'reading' ? [] : ['changed'])];
    // Each restart and each run of a command is a change, wherever it leads.
    const isAnew = command === 'restart' || command === 'exec';
    return [...all, ...(isAnew ? [] : ['unchanged']), ...(isRequested ? ['requested'] : [])].map(
      (it) => `${command} ${it}`,
    );
  });
}
