import type { WorkTools } from '../../../src/commands/engine/work-tools.js';
import type { IdleMetrics } from '../../../src/commands/idle/idle-metrics.js';
import { type IdlePlan, stopIdle } from '../../../src/commands/idle/stop-idle.js';
import { Prometheus } from '../../../src/metrics/prometheus.js';
import { SIGNALS } from '../../../src/metrics/signals.js';
import { flyTransport } from '../fakes/fly-transport.js';
import { selector } from '../machines.js';
import { type Changed, choiceOf, follow, type Wish, withHalt } from './engine-rig.js';
import type { MachinesRig } from './machines-rig.js';

const MINUTE = 60_000;

/** Wish for a `stop-idle`; by default, machines are idle after half an hour. */
export type IdleWish = Omit<Wish, 'keeper'> &
  Partial<Pick<IdlePlan, 'action' | 'idleFor' | 'keeps' | 'metrics' | 'announce' | 'now'>> &
  Pick<WorkTools, 'forbids'>;

/** Runs `stop-idle` by the emulator's own metrics, over all machines unless told. */
export function runStopIdle(rig: MachinesRig, wish: IdleWish = {}): Promise<Changed> {
  const { action = 'stop', idleFor = 30 * MINUTE, keeps = [], wait = true, wishes = {}, timeout } = wish;
  const plan: IdlePlan = {
    choice: choiceOf({ selector: selector(), ...wish }),
    options: { wishes, wait, onLease: 'skip', lease: undefined },
    ...{ timeout, keepAlive: undefined, restores: false, action, idleFor, keeps },
    announce: wish.announce,
    metrics: 'metrics' in wish ? wish.metrics : traffic(rig),
    now: wish.now ?? (() => rig.clock.now()),
  };
  const { halts = false, forbids } = wish;
  return follow(rig, (tools) => stopIdle(plan, withHalt(halts, rig, { ...tools, forbids })));
}

/** The emulator's own metrics of traffic. */
export function traffic({ fly, clock }: MachinesRig): IdleMetrics {
  const token = fly.mintToken({ thirdParty: false });
  const prometheus = new Prometheus({
    url: new URL('https://api.fly.io/prometheus/my-org/'),
    tokens: { header: async () => token, renew: async () => undefined },
    transport: flyTransport(fly),
    ...{ clock, jitter: () => 0, debug: () => undefined },
  });
  return {
    signal: 'traffic',
    threshold: 0,
    read: (app, window, signal) =>
      prometheus.range(SIGNALS.traffic.query(app, window.stepMs), window, signal),
  };
}

/** `{ m000: 'is stopping' }` */
export function reasons({ result }: Changed): Record<string, string> {
  return Object.fromEntries(result.machines.map(({ machine, reason }) => [machine.id, reason]));
}
