import { hasChecks, isSilent, waitForChecks } from '../../machines/checks.js';
import { GONE_STATE } from '../../machines/look.js';
import type { Machine } from '../../machines/machine/machine.js';
import { waitUntilSettled } from '../../machines/settle.js';
import { waitForGoal } from '../../machines/wait-for-goal.js';
import { joined } from '../../text.js';
import type { AppMachine } from '../result/app-machine.js';
import type { OngoingChange } from './change-request.js';
import { pauseFor, type Settle } from './settling.js';
import type { Progress, WorkTools } from './work-tools.js';

/** Options for the proof that a change came about. */
export interface Proof {
  /** True: waits until the state is read back. `checks`: until the health checks pass, too. False: not at all. */
  readonly wait: boolean | 'checks';
  /** Time after which a machine that is up is looked at once more, unless nothing is waited for. Default: 0. */
  readonly settle?: Settle;
  /** Reports each machine once it has been read back. */
  readonly readBack?: (machine: AppMachine, now: Machine) => void;
  /** Runs while a machine that is up is waited for further, under our lease if there is one. Never throws. */
  readonly meanwhile?: (machine: AppMachine, nonce: string | undefined) => Promise<void>;
}

/**
 * Waits as long as the options want; returns what there is to say of that, often nothing. Throws where the machine doesn't
 * get there, or doesn't stay there.
 */
export async function prove(
  { attempt, goal, deadline }: OngoingChange,
  nonce: string | undefined,
  { verb, ...proof }: Proof & { readonly verb: string },
  tools: WorkTools,
): Promise<string> {
  const { machine, before } = attempt;
  if (proof.wait === false) return '';
  attempt.enter('state');
  let up: Machine = before;
  const seen = (read: Machine) => {
    up = read;
    attempt.state = read.state;
  };
  let ended = '';
  const done = (what: string) => {
    ended = what;
  };
  const wanted = { machine, goal, verb, version: before.instanceId, deadline, seen, done };
  attempt.state = await waitForGoal(tools, wanted);
  if (attempt.state !== GONE_STATE) attempt.read = up;
  proof.readBack?.(machine, up);
  return ended === '' ? proveUp({ attempt, up, deadline, nonce }, proof, tools) : ended;
}

/** Change that has brought a machine up. */
interface Up extends Pick<OngoingChange, 'attempt' | 'deadline'> {
  /** Machine as it was read then. */
  readonly up: Machine;
  /** Nonce of our lease. */
  readonly nonce: string | undefined;
}

/** Waits for the checks of a machine that is up, and until it has settled, as far as the options want that. */
async function proveUp(
  { attempt, up, deadline, nonce }: Up,
  { wait, settle = 0, meanwhile }: Proof,
  tools: WorkTools,
): Promise<string> {
  const { machine, before } = attempt;
  const isChecked = wait === 'checks' && (hasChecks(machine) || hasChecks(up) || isSilent(up));
  const pauseOnce = (isProven: boolean) => pauseFor(settle, { isOurs: attempt.sent !== undefined, isProven });
  const unchecked = wait === 'checks' && !isChecked ? 'has no health checks to wait for' : '';
  if (!isChecked && pauseOnce(false).ms === 0) return unchecked;
  const seen = (read: Machine) => {
    attempt.state = read.state;
  };
  const checked = () => {
    attempt.enter('checks');
    return waitForChecks(tools, { machine, deadline, before: before.checks, seen });
  };
  const beside = meanwhile?.(machine, nonce);
  try {
    const areAll = isChecked && (await checked());
    const told = isChecked && !areAll ? silence(machine, tools.progress) : unchecked;
    const pause = pauseOnce(areAll);
    if (pause.ms === 0) return told;
    attempt.enter('settle');
    const ended = () => {
      attempt.hasEnded = true;
    };
    return joined(told, await waitUntilSettled(tools, { machine, up, ...pause, deadline, seen, ended }));
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
