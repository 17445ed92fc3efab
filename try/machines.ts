import type { MachineSpec } from '../emulator/machines/build.js';
import { LOADS } from '../emulator/metrics/load.js';
import { itemsOf, type KnownValues } from './values.js';
import { type OurStep, unique } from './workflow.js';

const DAY_MS = 86_400_000;
const ID = /^[0-9a-f]{14}$/;
/** Values of inputs that name nothing. */
const WORDS = /^(auto|any|all|none)$/;
/** Commands whose machines are down before. */
const WAKES: readonly string[] = ['start', 'warm-up'];
const HOURS = 'Mon-Fri 07:30-18:00 UTC';

/** Returns what steps name in a list input, without words such as `all`. */
export function namedIn(steps: readonly OurStep[], input: string, known: KnownValues): string[] {
  const items = steps.flatMap(({ inputs }) => itemsOf(inputs[input], known));
  return unique(items).filter((it) => !WORDS.test(it));
}

/**
 * Makes up machines so that each step finds something to do: per process group and region one that is idle since two
 * days, one that is busy and one that is stopped, with the metadata and marks that the steps look for.
 */
export function machinesFor(steps: readonly OurStep[], known: KnownValues): MachineSpec[] {
  const named = (input: string) => namedIn(steps, input, known);
  const { fly_process_group: group, ...filters } = pairsOf(named('metadata'));
  const { fly_process_group: spared, ...kept } = pairsOf(named('exclude'));
  const groups = unique([...named('process-group'), ...[group, spared].flatMap((it) => it ?? [])]);
  const regions = named('region').filter((it) => /^[a-z]{3}$/.test(it));
  const hours = steps.some(({ command }) => command === 'hours') ? { hours: HOURS } : {};
  const sought = { ...filters, ...hours };

  return orElse(groups, 'app').flatMap((processGroup) =>
    orElse(regions, 'fra').flatMap((region): MachineSpec[] => {
      const place = { processGroup, region };
      return [
        { ...place, metadata: sought, sinceMs: 2 * DAY_MS, behaviour: { load: LOADS.idle } },
        { ...place, metadata: kept, behaviour: { load: LOADS.busy } },
        { ...place, metadata: { ...sought, ...marksOf(named('marked')) }, state: 'stopped' },
      ];
    }),
  );
}

/** Returns the machines that steps name by id or name, each once, in the state before its first step. */
export function machinesNamed(steps: readonly OurStep[], known: KnownValues): MachineSpec[] {
  const specs = new Map<string, MachineSpec>();
  for (const step of steps) {
    const state = WAKES.includes(step.command) ? 'stopped' : 'started';
    const words = [...namedIn([step], 'machines', known), ...namedIn([step], 'exclude', known)];
    for (const word of words.filter((it) => !it.includes('=') && !specs.has(it)))
      specs.set(word, ID.test(word) ? { id: word, state } : { name: word, state });
  }
  return [...specs.values()];
}

function orElse(words: readonly string[], word: string): readonly string[] {
  return words.length > 0 ? words : [word];
}

function marksOf(names: readonly string[]): Record<string, string> {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString();
  return Object.fromEntries(names.map((name) => [`marked-${name}`, `${yesterday} stopped me/try/1`]));
}

/** Returns the items `key=value` as a record; the others are ids and names. */
function pairsOf(items: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item) => {
      const at = item.indexOf('=');
      return at < 1 ? [] : [[item.slice(0, at), item.slice(at + 1)]];
    }),
  );
}
