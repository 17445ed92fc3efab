import type { WarmCount } from '../../../src/commands/warm-up/plan.js';
import { type WarmUpPlan, warmUp } from '../../../src/commands/warm-up/warm-up.js';
import type { Transport } from '../../../src/http/transport.js';
import { selector } from '../machines.js';
import { type Changed, choiceOf, follow, type Wish, withHalt } from './engine-rig.js';
import type { MachinesRig } from './machines-rig.js';

/** What is asked of a warm-up beside how many machines. */
export interface WarmWish extends Partial<Pick<WarmUpPlan, 'probe' | 'now'>>, Wish {
  /** Answers the probe; without it, there must be none. */
  readonly transport?: Transport;
}

/** Runs `warm-up`, to its end; by default of all machines of `my-app`. */
export function runWarmUp(rig: MachinesRig, count: WarmCount, wish: WarmWish = {}): Promise<Changed> {
  const { transport = unexpected, probe, hold, keeper, onLease = 'wait', lease, settle = 0, timeout } = wish;
  const { now = () => rig.clock.now() } = wish;
  const choice = choiceOf({ selector: selector(), ...wish });
  const plan = {
    ...{ choice, count, leases: { onLease, lease }, probe, keeper, now, settle, timeout },
    keepAlive: hold === undefined ? undefined : { ms: hold, now: () => rig.clock.now(), random: () => 0 },
  };
  const { halts = false } = wish;
  return follow(rig, (tools) => warmUp(plan, withHalt(halts, rig, { ...tools, transport })), {
    replaces: true,
  });
}

const unexpected: Transport = () => Promise.reject(new Error('nobody is to be probed'));
