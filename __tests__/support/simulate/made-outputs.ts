import type { Told } from '../../../simulate/checks/view/told.js';
import type { ProcessRun } from '../../../simulate/history/history.js';

/** Returns a machine of `my-app` as an output tells of it. */
export function toldMachine(id: string, outcome: string, rest: Partial<Told> = {}): Told {
  const fields = {
    app: 'my-app',
    id,
    name: `web-${id}`,
    region: 'fra',
    process_group: 'app',
    private_ip: '',
    state: 'stopped',
    previous_state: 'started',
    outcome,
    reason: '',
    duration_ms: 5,
    error: outcome === 'failed' ? 'wrong state: no' : null,
  };
  return { ...fields, ...rest };
}

/** Returns the outputs of a step that tells of these machines. */
export function outputsOf(
  machines: readonly Told[],
  rest: Readonly<Record<string, string>> = {},
): ProcessRun['outputs'] {
  const ids = (...outcomes: readonly string[]) =>
    machines.filter(({ outcome }) => outcomes.includes(outcome)).map(({ id }) => id);
  const [selected, changed, failed] = [
    ids('changed', 'unchanged', 'requested', 'failed'),
    ids('changed', 'requested'),
    ids('failed'),
  ];
  return {
    machines: JSON.stringify(machines),
    'machines-file': '/temp/fly-machines-stop-1.json',
    'machine-ids': JSON.stringify(selected),
    'changed-ids': JSON.stringify(changed),
    'failed-ids': JSON.stringify(failed),
    apps: '["my-app"]',
    count: String(selected.length),
    'changed-count': String(changed.length),
    'failed-count': String(failed.length),
    ...rest,
  };
}
