import { hasChecks, isSilent, waitForChecks } from '../../machines/checks.js';
import type { Machine } from '../../machines/machine/machine.js';
import { waitForGoal } from '../../machines/wait-for-goal.js';
import type { AppMachine } from '../result/app-machine.js';
import type { OngoingChange } from './change-request.js';
import type { Progress, WorkTools } from './work-tools.js';

/** Options for the proof that a change came about. */
export interface Proof {
  /** True: waits until the state is read back. `checks`: until the health checks pass, too. False: not at all. */
  readonly wait: boolean | 'checks';
  /** Reports each machine once it has been read back. */
  readonly readBack?: (machine: AppMachine, now: Machine) => void;
  /** Runs while checks are waited for, under our lease if there is one. Never throws. */
  readonly besideChecks?: (machine: AppMachine, nonce: string | undefined) => Promise<void>;
}

/**
 * Waits as long as the options want; returns what there is to say of that, often nothing. Throws where the machine doesn't
 * get there.
 */
export async function prove(
  { attempt, goal, deadline }: OngoingChange,
  nonce: string | undefined,
  { verb, wait, readBack, besideChecks }: Proof & { readonly verb: string },
  tools: WorkTools,
): Promise<string> {
  const { machine, before } = attempt;
  if (wait === false) return '';
  attempt.enter('state');
  let now: Machine = before;
  const seen = (read: Machine) => {
    now = read;
    attempt.state = read.state;
  };
  let ended = '';
  const done = (what: string) => {
    ended = what;
  };
  const wanted = { machine, goal, verb, version: before.instanceId, deadline, seen, done };
  attempt.state = await waitForGoal(tools, wanted);
  readBack?.(machine, now);
  if (wait !== 'checks' || ended !== '') return ended;

  if (!hasChecks(machine) && !hasChecks(now) && !isSilent(now)) return 'has no health checks to wait for';
  attempt.enter('checks');
  const beside = besideChecks?.(machine, nonce);
  try {
    const areAll = await waitForChecks(tools, { machine, deadline, before: before.checks, seen });
    return areAll ? '' : silence(machine, tools.progress);
  } finally {
    await beside;
  }
}

/** Warns of a machine whose containers report no health checks, and returns the remark for its result. */
export function silence({ id }: AppMachine, { warn }: Pick<Progress, 'warn'>): string {
  const what = 'nothing is reported of the health checks of its containers';
  warn(`Machine ${id}: ${what}, so that they can't be waited for; a probe may tell instead (\`warm-up\`).`);
  return what;
}
