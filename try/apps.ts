import type { AppSpec, MachineSpec } from '../emulator/machines/build.js';
import { LOADS } from '../emulator/metrics/load.js';
import { itemsOf, type KnownValues } from './values.js';
import { type OurStep, type TriedWorkflow, unique } from './workflow.js';

/** Examples of what stands for `*` in a pattern. */
const EXAMPLES = ['web', 'api'] as const;
const DAY_MS = 86_400_000;
const ID = /^[0-9a-f]{14}$/;
/** Inputs whose value is one of those that any app has. */
const WORDS = /^(auto|any|all|none)$/;
/** Commands whose machines are down before. */
const WAKES: readonly string[] = ['start', 'warm-up'];

/**
 * Makes up the apps that a workflow names, so that each of its steps finds something to do: in each process group
 * and region a machine that is idle since two days, one that is busy and one that is stopped, with the metadata and
 * marks that it looks for, and the machines that it names. `fallback` serves where it names no app.
 */
export function appsOf({ steps, env }: TriedWorkflow, known: KnownValues, fallback: string): AppSpec[] {
  const all = (name: string) => unique(steps.flatMap(({ inputs }) => itemsOf(inputs[name], known)));
  const words = (name: string) => all(name).filter((it) => !WORDS.test(it));
  const [org = 'my-org'] = words('org');
  const fromEnv = (env.get('FLY_APP') ?? []).flatMap((it) => itemsOf(it, known));
  const texts = [...words('app'), ...fromEnv];
  const isWhole = steps.some(({ inputs }) => inputs['org'] !== undefined && inputs['app'] === undefined);
  // Exclusions alone mean all other apps.
  const others = isWhole || (texts.length > 0 && texts.every((it) => it.startsWith('!'))) ? ['*'] : [];
  const named = unique([...texts, ...others]).flatMap(namesOf);
  const names = unique(named.length > 0 ? named : [fallback]);

  const metadata = pairsOf([...words('metadata')]);
  const excluded = pairsOf([...words('exclude')]);
  const { fly_process_group: group, ...filters } = metadata;
  const { fly_process_group: spared, ...keep } = excluded;
  const groups = unique([...words('process-group'), ...[group, spared].flatMap((it) => it ?? [])]);
  const marks = Object.fromEntries(
    words('marked').map((it) => [
      `marked-${it}`,
      `${new Date(Date.now() - DAY_MS).toISOString()} stopped me/try/1`,
    ]),
  );
  const hours = steps.some(({ command }) => command === 'hours') ? { hours: 'Mon-Fri 07:30-18:00 UTC' } : {};

  const machines = (groups.length > 0 ? groups : ['app']).flatMap((processGroup) =>
    regionsOf(words('region')).flatMap((region): MachineSpec[] => [
      {
        processGroup,
        region,
        metadata: { ...filters, ...hours },
        sinceMs: 2 * DAY_MS,
        behaviour: { load: LOADS.idle },
      },
      { processGroup, region, metadata: keep, behaviour: { load: LOADS.busy } },
      { processGroup, region, metadata: { ...filters, ...marks, ...hours }, state: 'stopped' },
    ]),
  );
  const one = steps.flatMap((step) => machinesNamed(step, known));
  return names.map((name, index) => ({
    name,
    org,
    machines: index === 0 ? [...machines, ...one] : machines,
  }));
}

/** Returns the apps that stand for a name, a pattern or an exclusion. */
function namesOf(text: string): string[] {
  const name = text.replace(/^!/, '').toLowerCase();
  if (!name.includes('*')) return [name];
  if (name === '*') return namesOf('my-*');
  return EXAMPLES.map((it) => name.replace(/\*/, it).replaceAll('*', '')).map((it) =>
    it.replace(/^-|-$/g, ''),
  );
}

function regionsOf(regions: readonly string[]): readonly string[] {
  const known = regions.filter((it) => /^[a-z]{3}$/.test(it));
  return known.length > 0 ? known : ['fra'];
}

/** Returns the lines `key=value` as a record; other lines are ids and names. */
function pairsOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

function machinesNamed({ command, inputs }: OurStep, known: KnownValues): MachineSpec[] {
  const state = WAKES.includes(command) ? 'stopped' : 'started';
  return [...itemsOf(inputs['machines'], known), ...itemsOf(inputs['exclude'], known)]
    .filter((it) => !WORDS.test(it) && !it.includes('='))
    .map((it) => (ID.test(it) ? { id: it, state } : { name: it, state }));
}
