import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The part of an `action.yml` that the runner needs. */
export interface ActionFile {
  readonly folder: string;
  /** Inputs by their declared names, in the order of the file. */
  readonly inputs: ReadonlyMap<string, ActionInput>;
  readonly main: string;
  readonly pre?: string;
  readonly post?: string;
  readonly postIf: string;
}

/** A declared input. */
export interface ActionInput {
  readonly default: string;
  readonly deprecationMessage?: string;
}

/**
 * Reads the `action.yml` in a folder. Throws on anything but a JavaScript action. Not modelled: expressions in
 * defaults (an error here), `pre-if`, outputs (the runner reads them for composite actions only).
 */
export function readActionFile(folder: string): ActionFile {
  const path = join(folder, 'action.yml');
  const file = parsed(readFileSync(path, 'utf8'));
  const runs = record(record(file)['runs']);
  const using = text(runs['using']);
  const main = text(runs['main']);
  if (using === undefined || !/^node(20|24)$/i.test(using)) {
    throw new Error(`${path}: runs.using is '${using ?? ''}'; only node20 and node24 are supported.`);
  }
  if (main === undefined) throw new Error(`${path}: runs.main is missing.`);
  const pre = text(runs['pre']);
  const post = text(runs['post']);
  return {
    folder,
    inputs: readInputs(path, record(record(file)['inputs'])),
    main,
    ...(pre !== undefined && { pre }),
    ...(post !== undefined && { post }),
    postIf: text(runs['post-if']) ?? 'always()',
  };
}

/** What texts were parsed into: a job's steps are mostly of a few actions, whose files take longer to parse than a step to begin. */
const FILES = new Map<string, unknown>();

function parsed(text: string): unknown {
  // The failsafe schema keeps every scalar as the text in the file, which is how inputs arrive in a step.
  if (!FILES.has(text)) FILES.set(text, parse(text, { schema: 'failsafe' }));
  return FILES.get(text);
}

function readInputs(
  path: string,
  declared: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, ActionInput> {
  const inputs = new Map<string, ActionInput>();
  for (const [name, value] of Object.entries(declared)) {
    const input = record(value);
    const fallback = text(input['default']) ?? '';
    if (fallback.includes('${{')) {
      throw new Error(
        `${path}: the default of '${name}' is an expression, which this runner can't evaluate: write a plain text.`,
      );
    }
    const deprecationMessage = text(input['deprecationMessage']);
    inputs.set(name, { default: fallback, ...(deprecationMessage !== undefined && { deprecationMessage }) });
  }
  return inputs;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // The cast is safe: every property is read as unknown.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
