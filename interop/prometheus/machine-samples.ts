import type { MachineLife } from './machine-life.js';

/** A machine of an app, and the rhythm of its samples. */
export interface MeasuredMachine {
  readonly app: string;
  readonly id: string;
  readonly life: MachineLife;
  readonly cpus: number;
  /** Seconds between two samples. */
  readonly interval: number;
  /** Seconds between the last sample and now. */
  readonly phase: number;
}

interface Counts {
  served: boolean;
  /** Seconds since the last counted request. */
  since: number;
  requests: number;
  missing: number;
  connections: number;
  readonly bytes: Record<'eth0' | 'dummy0', number>;
  /** Centiseconds of each CPU. */
  busy: number;
  idle: number;
}

/** Function that adds one sample of a series. */
export type Put = (
  metric: string,
  labels: Readonly<Record<string, string>>,
  value: number,
  at: number,
) => void;

/** Emits all samples of a machine's last `hours` before `now`, in Unix seconds, as Fly's series have them. */
export function tellSamples(
  machine: MeasuredMachine,
  { now, hours }: { now: number; hours: number },
  put: Put,
): void {
  const { life, interval, phase } = machine;
  let counts = anew(life, true);
  const first = phase + Math.floor((hours * 3600 - phase) / interval) * interval;
  for (let age = first; age >= 0; age -= interval) {
    const before = age + interval;
    const passed = (moment: number) => moment < before && moment >= age;
    if (life.restarts.some(passed) || (life.movedAt !== undefined && passed(life.movedAt)))
      counts = anew(life, false);
    count(counts, machine, age, passed);
    if (!life.seen(age)) continue;
    const host = life.movedAt !== undefined && age <= life.movedAt ? 'b2c3' : 'a1b2';
    tell(machine, counts, { age, host, at: now - age }, put);
  }
}

function anew({ servedBefore }: MachineLife, longRunning: boolean): Counts {
  const before = longRunning ? 1 : 0;
  return {
    served: servedBefore,
    since: 0,
    requests: 812 * before,
    missing: 0,
    connections: 17 * before,
    bytes: { eth0: 4e9 * before, dummy0: 1e6 * before },
    busy: 90_000 * before,
    idle: 9e6 * before,
  };
}

function count(
  counts: Counts,
  { life, interval }: MeasuredMachine,
  age: number,
  passed: (moment: number) => boolean,
) {
  const sum = (events: MachineLife['requests']) =>
    events.filter((it) => passed(it.age)).reduce((all, it) => all + it.count, 0);
  const requests = sum(life.requests) + Math.round(life.perSecond(age) * interval);
  counts.since = requests > 0 ? 0 : counts.since + interval;
  // The proxy does it when its numbers are read.
  if (counts.since > life.forgetsAfter) Object.assign(counts, { served: false, missing: 0 });
  if (requests > 0 && !counts.served) Object.assign(counts, { served: true, requests: 0 });
  counts.requests += requests;
  counts.missing += requests > 10 ? 1 : 0;
  counts.connections += sum(life.connections);
  counts.bytes.eth0 += life.bytes(age) * interval;
  counts.bytes.dummy0 += life.dummyBytes * interval;
  const busy = Math.round(life.busy(age) * interval * 100);
  counts.busy += busy;
  counts.idle += interval * 100 - busy;
}

function tell(
  { app, id, life, cpus }: MeasuredMachine,
  counts: Counts,
  { age, host, at }: { age: number; host: string; at: number },
  put: Put,
): void {
  const labels = { app, host, instance: id, region: 'fra' };
  const say = (metric: string, more: Record<string, string>, value: number) =>
    put(metric, { ...labels, ...more }, life.known(age) ? value : Number.NaN, at);
  if (life.proxied) {
    say('fly_app_concurrency', {}, life.inFlight(age));
    if (counts.served) {
      say('fly_app_http_responses_count', { status: '200' }, counts.requests);
      if (counts.missing > 0) say('fly_app_http_responses_count', { status: '404' }, counts.missing);
    }
    if (life.connections.length > 0) say('fly_app_tcp_connects_count', {}, counts.connections);
  }
  for (const [device, bytes] of Object.entries(counts.bytes)) {
    say('fly_instance_net_recv_bytes', { device }, Math.round(bytes * 0.4));
    say('fly_instance_net_sent_bytes', { device }, Math.round(bytes * 0.6));
  }
  for (let cpu = 0; cpu < cpus; cpu += 1) {
    const cpuId = { cpu_id: String(cpu) };
    say('fly_instance_cpu', { ...cpuId, mode: 'user' }, counts.busy - Math.floor(counts.busy / 4));
    say('fly_instance_cpu', { ...cpuId, mode: 'system' }, Math.floor(counts.busy / 4));
    say('fly_instance_cpu', { ...cpuId, mode: 'idle' }, counts.idle);
  }
  say('job_queue_depth', {}, life.depth(age));
}
