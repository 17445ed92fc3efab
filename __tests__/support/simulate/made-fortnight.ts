import type { Happening } from '../../../emulator/happening.js';
import type { Check } from '../../../simulate/checks/check.js';
import type { FleetMachine, ProcessRun } from '../../../simulate/history/history.js';
import type { ActionStep, Script, ScriptMachine } from '../../../simulate/script/script.js';
import { foundBy } from './found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
  stateChange,
} from './made-history.js';
import { madeJob } from './made-job.js';
import { outputsOf, toldMachine } from './made-outputs.js';

/** Cause of what people do. */
export const ADA = { kind: 'person', by: 'ada' } as const;

/** Step at one machine, `a`, which begins at `START` and lasts ten seconds, and what happened before and meanwhile. */
export interface MadeStep {
  readonly command: ActionStep['command'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly born?: Partial<FleetMachine>;
  readonly spec?: Partial<ScriptMachine>;
  readonly happenings?: readonly Happening[];
  /** Orders that it sends, in milliseconds after its begin. */
  readonly orders?: readonly (readonly [name: 'start' | 'stop' | 'suspend', at: number])[];
  /** Times at which it reads the machine, in milliseconds after its begin. Default: once, right after it. */
  readonly reads?: readonly number[];
  /** Outcome that it tells of the machine. */
  readonly outcome?: string;
  readonly run?: Partial<ProcessRun>;
  readonly script?: Partial<Script>;
}

/** Returns what a check finds in a step. */
export function foundIn(check: Check, made: MadeStep): readonly string[] {
  const {
    command,
    inputs = {},
    born,
    spec,
    happenings = [],
    orders = [],
    outcome,
    run,
    script,
    reads = [1],
  } = made;
  const read = (after: number) => {
    const post = madePost('/v1/apps/my-app/machines/a', { at: START + after });
    return { ...post, request: { ...post.request, method: 'GET' } };
  };
  return foundBy(
    check,
    madeScript([{ id: 'a', name: 'web-a', ...spec }], { jobs: [madeJob([])], ...script }),
    madeHistory({
      fleet: [fleetMachine('a', { since: START - 90 * 3_600_000, ...born })],
      happenings: [...happenings].sort((x, y) => x.at - y.at),
      exchanges: [
        ...reads.map(read),
        ...orders.map(([name, at]) => madePost(`/v1/apps/my-app/machines/a/${name}`, { at: START + at })),
      ],
      runs: [
        madeRun(
          { command, inputs: { app: 'my-app', ...inputs } },
          { ...(outcome !== undefined && { outputs: outputsOf([toldMachine('a', outcome)]) }), ...run },
        ),
      ],
    }),
  ).found;
}

/** Returns a value that metadata of `a` get, by the step unless told, so many milliseconds after its begin. */
export function metadataSet(
  key: string,
  [before, after]: readonly [before: string | undefined, after: string | undefined],
  at: number,
  cause: Happening['cause'] = { kind: 'request', by: 'job/0' },
): Happening {
  return { kind: 'metadata', app: 'my-app', machine: 'a', at: START + at, cause, key, before, after };
}

/** Returns the changes of `a` that an order of the step brings about, so many milliseconds after its begin. */
export function putDown(
  at: number,
  cause: Happening['cause'] = { kind: 'request', by: 'job/0' },
): Happening[] {
  return [
    stateChange('a', 'started', 'stopping', { at: START + at, cause }),
    stateChange('a', 'stopping', 'stopped', { at: START + at + 400, cause }),
  ];
}

/** Returns the same for an order to start. */
export function broughtUp(
  at: number,
  cause: Happening['cause'] = { kind: 'request', by: 'job/0' },
): Happening[] {
  return [
    stateChange('a', 'stopped', 'starting', { at: START + at, cause }),
    stateChange('a', 'starting', 'started', { at: START + at + 800, cause }),
  ];
}

/** Returns a mark as a step writes it, so many milliseconds after its begin. */
export function markOfStep(word: string, at = 500): string {
  return `${new Date(START + at).toISOString()} ${word} octocat/shop/1`;
}
