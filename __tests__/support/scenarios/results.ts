import type { LoggedRequest } from '../../../emulator/request-log.js';
import type { StepResult } from '../../../runner/step-result.js';

/** Method, path and status of each request, in order of arrival. */
export function asked(requests: readonly LoggedRequest[]): string[] {
  return requests.map(({ method, path, status, fault }) => `${method} ${path} ${status ?? fault}`);
}

/** The step's annotations of one level. */
export function said(
  { annotations }: Pick<StepResult, 'annotations'>,
  level: 'error' | 'warning' | 'notice',
): string[] {
  return annotations.filter((it) => it.level === level).map(({ message }) => message);
}

/** The log as a person reads it, line by line. */
export function lines({ log }: Pick<StepResult, 'log'>): string[] {
  return log.map(({ text }) => text);
}

/** An output that holds JSON. */
export function output<T = string[]>({ outputs }: Pick<StepResult, 'outputs'>, name: string): T {
  return JSON.parse(outputs[name] ?? 'null') as T; // Of whatever shape the test expects.
}

export interface MachineRow {
  readonly id: string;
  readonly state: string;
  readonly previous_state: string;
  readonly outcome: string;
  readonly reason: string;
  readonly error: string | null;
}

/** The machines of the output, by id. */
export function machineRows(result: Pick<StepResult, 'outputs'>): Record<string, MachineRow> {
  return Object.fromEntries(output<MachineRow[]>(result, 'machines').map((row) => [row.id, row]));
}
