import * as v from '@badrap/valita';
import { type TriedWorkflow, unique } from './workflow.js';

/** Values of expressions by their text, such as `inputs.app`; several where a matrix or several steps give them. */
export type KnownValues = ReadonlyMap<string, readonly string[]>;

const Scalar = v.union(v.string(), v.number(), v.boolean());
const Inputs = v.object({
  on: v.object({
    workflow_dispatch: v.object({ inputs: v.record(v.object({ default: Scalar.optional() })) }),
  }),
});
const Matrices = v.object({
  jobs: v.record(v.object({ strategy: v.object({ matrix: v.record(v.unknown()) }).optional() })),
});

/** Gathers the values that are known before the run: inputs given or by default, variables, `env` and matrices. */
export function knownValues(
  { files, env }: TriedWorkflow,
  given: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly vars: Readonly<Record<string, string>>;
  },
): KnownValues {
  const known = new Map<string, readonly string[]>();
  for (const file of files) {
    const inputs = Inputs.try(file, { mode: 'strip' });
    if (inputs.ok)
      for (const [name, input] of Object.entries(inputs.value.on.workflow_dispatch.inputs))
        if (input.default !== undefined) known.set(`inputs.${name}`, [String(input.default)]);
    const matrices = Matrices.try(file, { mode: 'strip' });
    if (!matrices.ok) continue;
    for (const { strategy } of Object.values(matrices.value.jobs))
      for (const [name, values] of Object.entries(strategy?.matrix ?? {}))
        if (Array.isArray(values)) known.set(`matrix.${name}`, values.map(String));
  }
  for (const [name, value] of Object.entries(given.inputs)) known.set(`inputs.${name}`, [value]);
  for (const [name, value] of Object.entries(given.vars)) known.set(`vars.${name}`, [value]);
  for (const [name, values] of env) known.set(`env.${name}`, values);
  return known;
}

/** Returns the items of a list input of this action; those whose expression is unknown are left out. */
export function itemsOf(text: string | undefined, known: KnownValues): string[] {
  if (text === undefined) return [];
  const whole = /^\s*\$\{\{\s*([\w.-]+)\s*\}\}\s*$/.exec(text)?.[1];
  const texts = whole === undefined ? [text] : (known.get(whole) ?? []);
  return unique(
    texts
      .filter((it) => !it.includes('${{'))
      .flatMap((it) => (it.trimStart().startsWith('[') ? asJson(it) : it.split(/[,\n]/)))
      .map((it) => it.trim())
      .filter((it) => it !== ''),
  );
}

function asJson(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}
