import type { ProcessRun } from '../../history/history.js';

/** Outcomes that a machine may have in the outputs. */
export const OUTCOMES: readonly string[] = ['changed', 'unchanged', 'requested', 'skipped', 'failed'];

/** Machine as the output `machines` tells of it. */
export interface Told {
  readonly app: string;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly process_group: string;
  readonly state: string;
  readonly previous_state: string;
  readonly outcome: string;
  readonly reason: string;
  readonly duration_ms: number;
  readonly error: string | null;
  readonly exit_code?: number;
}

/** Returns the machines of a run's outputs; undefined where there are none to read, for which another check looks. */
export function toldBy({ outputs }: ProcessRun): readonly Told[] | undefined {
  const list = jsonIn(outputs['machines']);
  return Array.isArray(list) && list.every(isTold) ? list : undefined;
}

/** Returns whether a machine was left as it was for the failure of others. */
export function isNotBegun({ outcome, reason }: Pick<Told, 'outcome' | 'reason'>): boolean {
  return outcome === 'skipped' && reason.startsWith('not begun: ');
}

/** Returns the ids of the machines that have not come back, where a machine has failed for that and was never begun. */
export function waitedFor({ outcome, error }: Pick<Told, 'outcome' | 'error'>): string[] | undefined {
  const [, ids] = /: not begun: (.+?)(?: and \d+ more)? did not come back/.exec(error ?? '') ?? [];
  return outcome === 'failed' ? ids?.split(', ') : undefined;
}

/** Returns the value of a JSON text; undefined where it is absent or can't be read. */
export function jsonIn(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns whether a value has the form of a machine of the outputs. */
export function isTold(value: unknown): value is Told {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const texts = [
    'app',
    'id',
    'name',
    'region',
    'process_group',
    'private_ip',
    'state',
    'previous_state',
    'outcome',
    'reason',
  ];
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    typeof fields['duration_ms'] === 'number' &&
    (fields['error'] === null || typeof fields['error'] === 'string')
  );
}
