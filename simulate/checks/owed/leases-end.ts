import type { Happening } from '../../../emulator/happening.js';
import type { ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import { isBy, type Life, stateAt } from '../view/life.js';
import type { Sent } from '../view/sent.js';
import { warns } from './told-at-end.js';

type LeaseEvent = Extract<Happening, { kind: 'lease' }>;

/** Longest life of a lease that outlives its run, in milliseconds, and what rounding adds. */
const TTL_MS = 60_000 + 1_000;

/** Sees to it that leases are given back, and that no process uses one of others. */
export const leasesEnd: Check = {
  name: 'leases end',
  promise:
    'A step gives back each lease that it took, or says that it could not; none is renewed after its end or outlives it by more than a minute, and no nonce of others is used.',
  look(view, report) {
    const runs = new Map(view.history.runs.map((it) => [it.id, it]));
    for (const life of view.lives.values()) {
      const leases = life.happenings.filter((it) => it.kind === 'lease');
      for (const [nonce, events] of byNonce(leases)) {
        const [first] = events;
        const run = first?.cause.kind === 'request' ? runs.get(first.cause.by) : undefined;
        if (run === undefined) continue;
        report.seen();
        judge({ nonce, events, run, life }, view, report);
      }
    }
    for (const run of view.history.runs) judgeNonces(run, view, report);
  },
};

/** Lease of one nonce, and who took it. */
interface Tenure {
  readonly nonce: string;
  readonly events: readonly LeaseEvent[];
  readonly run: ProcessRun;
  readonly life: Life;
}

function byNonce(leases: readonly LeaseEvent[]): Map<string, LeaseEvent[]> {
  const all = new Map<string, LeaseEvent[]>();
  for (const it of leases) {
    const known = all.get(it.nonce);
    if (known === undefined) all.set(it.nonce, [it]);
    else known.push(it);
  }
  return all;
}

function judge({ events, run, life }: Tenure, view: View, report: Report): void {
  const where = { run: run.id, machine: life.id };
  const late = events.find((it) => it.does === 'renewed' && isBy(it, run.id) && it.at > run.endedAt);
  if (late !== undefined) report.found('a lease was renewed after its step', { ...where, time: late.at });
  const last = events.at(-1);
  if (last === undefined || last.does === 'released') return;
  if (last.until > run.endedAt + TTL_MS)
    report.found('a lease outlives its step by more than a minute', { ...where, time: last.until });
  // It was over by then, or went with its machine.
  if (run.end !== 'done' || last.until <= run.endedAt || isGone(life, run.endedAt)) return;
  if (isToldOf(run, life.id)) return;
  const asked = view.sentBy(run).filter((it) => it.kind === 'lease' && it.machine === life.id);
  if (asked.some(isGivingBack)) {
    if (!asked.some((it) => isGivingBack(it) && isExcused(it)))
      report.found('a lease could not be given back, and nothing says so', { ...where, time: run.endedAt });
    return;
  }
  // A lost answer leaves a lease that nobody may know of.
  if (asked.some(({ isClear }) => !isClear) || run.cancelledAt !== undefined) return;
  report.found('a lease was not given back', { ...where, time: run.endedAt });
}

function isGivingBack({ exchange }: Sent): boolean {
  return exchange.request.method === 'DELETE';
}

/** Returns whether a request to give a lease back was told that there is none. */
function isExcused({ exchange: { reply } }: Sent): boolean {
  return !('fault' in reply) && (reply.status === 404 || reply.status < 300);
}

function isToldOf({ printed }: ProcessRun, machine: string): boolean {
  return printed.some((line) => warns(line) && line.text.includes(machine));
}

function isGone(life: Life, time: number): boolean {
  const state = stateAt(life, time);
  return state === undefined || state === 'destroyed' || state === 'destroying';
}

/** Looks at the nonces that a run shows: each must be of a lease that it took. */
function judgeNonces(run: ProcessRun, view: View, report: Report): void {
  for (const { exchange, machine, app } of view.sentBy(run)) {
    const nonce = exchange.request.headers['fly-machine-lease-nonce'];
    if (nonce === undefined || nonce === '') continue;
    const life = view.lives.get(`${app}/${machine}`);
    const isOwn = life?.happenings.some(
      (it) => it.kind === 'lease' && it.nonce === nonce && isBy(it, run.id),
    );
    if (isOwn === false)
      report.found('a nonce of another lease was used', { run: run.id, machine, time: exchange.at });
  }
}
