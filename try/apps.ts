import type { AppSpec } from '../emulator/machines/build.js';
import { machinesFor, machinesNamed, namedIn } from './machines.js';
import { itemsOf, type KnownValues } from './values.js';
import { type TriedWorkflow, unique } from './workflow.js';

/** Examples of what stands for `*` in a pattern. */
const EXAMPLES = ['web', 'api'] as const;
/** Pattern for the apps of an organization that is named without any. */
const ANY = 'my-*';

/** Makes up the apps that a workflow names, with machines. `fallback` serves where it names none. */
export function appsOf(workflow: TriedWorkflow, known: KnownValues, fallback: string): AppSpec[] {
  const { steps } = workflow;
  const [org = 'my-org'] = namedIn(steps, 'org', known);
  const texts = appTexts(workflow, known);
  const names = unique((texts.length > 0 ? texts : [fallback]).flatMap(namesOf));
  const machines = machinesFor(steps, known);
  const [first = fallback, ...others] = names;
  return [
    { name: first, org, machines: [...machines, ...machinesNamed(steps, known)] },
    ...others.map((name) => ({ name, org, machines })),
  ];
}

/** Returns the names, patterns and exclusions by which a workflow chooses apps. */
function appTexts({ steps, env }: TriedWorkflow, known: KnownValues): string[] {
  const fromEnv = (env.get('FLY_APP') ?? []).flatMap((it) => itemsOf(it, known));
  const texts = [...namedIn(steps, 'app', known), ...fromEnv];
  const isWhole = steps.some(({ inputs }) => inputs['org'] !== undefined && inputs['app'] === undefined);
  // Exclusions alone mean all other apps.
  const isAllBut = texts.length > 0 && texts.every((it) => it.startsWith('!'));
  return isWhole || isAllBut ? [...texts, '*'] : texts;
}

/** Returns the apps that stand for a name, a pattern or an exclusion. */
function namesOf(text: string): string[] {
  const name = text.replace(/^!/, '').toLowerCase();
  if (!name.includes('*')) return [name];
  if (/^\*+$/.test(name)) return namesOf(ANY);
  return EXAMPLES.map((example) => name.replace('*', example).replaceAll('*', '').replace(/^-|-$/g, ''));
}
