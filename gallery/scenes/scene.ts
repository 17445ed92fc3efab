import { passed } from '../../__tests__/support/rigs/step-inputs.js';
import { createStepRig, type StepRig } from '../../__tests__/support/rigs/step-rig.js';
import type { FlyOptions } from '../../emulator/fly.js';
import type { MachineSpec } from '../../emulator/machines/build.js';
import type { GivenSettings } from '../../emulator/settings.js';
import type { TokenOptions } from '../../emulator/tokens.js';
import type { CommandName } from '../../src/command-table.js';
import { ActionError } from '../../src/errors.js';

/** A step whose summary is worth a look, and the Fly that it meets. */
export interface Scene {
  /** Name of its files. */
  readonly name: string;
  /** Sentence that tells what happens. */
  readonly says: string;
  readonly command: CommandName;
  readonly inputs: Readonly<Record<string, string>>;
  readonly apps: NonNullable<FlyOptions['apps']>;
  readonly settings?: GivenSettings;
  readonly token?: TokenOptions;
  /** Milliseconds after which the job is cancelled. */
  readonly cancelledAfterMs?: number;
  /** Does to the Fly what others do to it before the step. */
  readonly before?: (rig: StepRig) => void;
  /** True for a summary that only its size makes interesting: a page without pictures. */
  readonly huge?: true;
}

/** Variables of a job that a summary may name. */
const JOB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '20250115',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'machines',
  GITHUB_WORKFLOW: 'Machines',
};

/** Answers of Fly take a while, so that durations look as they do there. */
const PACE: GivenSettings = { latencyMs: 60, bootMs: 1_800, stopMs: 900, metricsAccess: 'allowed' };

/** Reason with which `main` ends a cancelled step. */
const CANCELLED = new ActionError('cancelled', 'the job was cancelled');

/** Runs a scene's step in virtual time and returns its summary; the same at every call. */
export async function summaryOfScene(scene: Scene): Promise<string> {
  const { command, apps, settings, token, cancelledAfterMs, before } = scene;
  const rig = createStepRig({ apps, settings: { ...PACE, ...settings } });
  try {
    before?.(rig);
    const inputs = { token: rig.fly.mintToken(token), ...scene.inputs };
    const cancel = new AbortController();
    if (cancelledAfterMs !== undefined) {
      void rig.clock.sleep(cancelledAfterMs).then(() => cancel.abort(CANCELLED));
    }
    const env = { ...passed(command, inputs), ...JOB };
    const { runner } = await rig.step(command, inputs, { env, cancelled: cancel.signal });
    return runner.summaries.join('');
  } finally {
    rig.end();
  }
}

/** Makes machines `worker-1`, `worker-2`, … of a process group. */
export function group(name: string, count: number, spec: (index: number) => MachineSpec): MachineSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}-${index + 1}`,
    processGroup: name,
    ...spec(index),
  }));
}

/** Returns the element at an index that goes round. */
export function turn<T>(list: readonly [T, ...T[]], index: number): T {
  return list[index % list.length] ?? list[0];
}

/** Returns a number from 0 to below `below` for an index: the same in each run, and in no order that the eye finds. */
export function spread(index: number, below: number): number {
  let mixed = Math.imul(index + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed ^= mixed >>> 13;
  return (mixed >>> 0) % below;
}

/** Time at which every scene begins: noon of a Wednesday, in milliseconds since 1970. */
export const NOON = Date.UTC(2025, 0, 15, 12);
