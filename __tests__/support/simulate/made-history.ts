import type { Exchange } from '../../../emulator/exchange.js';
import type { Happening } from '../../../emulator/happening.js';
import type { Answer } from '../../../emulator/http.js';
import type { FleetMachine, History, ProcessRun } from '../../../simulate/history/history.js';
import type { ActionStep, Script, ScriptMachine } from '../../../simulate/script/script.js';

/** Start of all made histories. */
export const START = Date.UTC(2025, 0, 15, 12);

/** Returns a calm script with one app of these machines. */
export function madeScript(machines: readonly ScriptMachine[] = [], rest: Partial<Script> = {}): Script {
  return {
    start: START,
    seed: 1,
    settings: {},
    apps: [{ name: 'my-app', org: 'my-org', machines }],
    tokens: {},
    jobs: [],
    others: [],
    weather: [],
    moods: [],
    ...rest,
  };
}

/** Returns a history in which nothing happened but what is given. */
export function madeHistory(rest: Partial<History> = {}): History {
  return {
    fleet: [],
    exchanges: [],
    happenings: [],
    runs: [],
    jobs: [],
    refusedDeeds: [],
    tokens: {},
    left: {},
    endedAt: START + 600_000,
    ...rest,
  };
}

/** Returns a started machine of `my-app`. */
export function fleetMachine(id: string, rest: Partial<FleetMachine> = {}): FleetMachine {
  return {
    app: 'my-app',
    org: 'my-org',
    id,
    name: `web-${id}`,
    region: 'fra',
    state: 'started',
    cordoned: false,
    processGroup: 'app',
    metadata: { fly_process_group: 'app' },
    since: START - 3_600_000,
    ...rest,
  };
}

/** Returns a green run from `START` for ten seconds. */
export function madeRun(step: Partial<ActionStep> = {}, rest: Partial<ProcessRun> = {}): ProcessRun {
  const { id = 'job/0' } = rest;
  return {
    id,
    job: 'job',
    place: 0,
    part: 'main',
    step: { kind: 'action', command: 'stop', inputs: {}, ...step },
    startedAt: START,
    endedAt: START + 10_000,
    end: 'done',
    succeeded: true,
    printed: [],
    masks: [],
    outputs: {},
    state: {},
    exported: {},
    summary: '',
    afterEnd: [],
    ...rest,
  };
}

/** Returns a change of state by the run `job/0`, a second after the start unless told. */
export function stateChange(
  machine: string,
  from: string,
  to: string,
  rest: Partial<Extract<Happening, { kind: 'state' }>> = {},
): Happening {
  return {
    kind: 'state',
    app: 'my-app',
    machine,
    at: START + 1_000,
    cause: { kind: 'request', by: 'job/0' },
    from,
    to,
    ...rest,
  };
}

const OK: Answer = { status: 200, headers: {}, body: '{"ok":true}' };

/** Returns a POST of the run `job/0`, a second after the start unless told, which the world took on. */
export function madePost(path: string, rest: Partial<Exchange> = {}, by = 'job/0'): Exchange {
  const at = rest.at ?? START + 1_000;
  return {
    request: { method: 'POST', path, headers: {}, body: '', by },
    at,
    answer: OK,
    reply: OK,
    endedAt: at + 50,
    ...rest,
  };
}
