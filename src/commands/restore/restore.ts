import { OVER } from '../../abort.js';
import type { Clock } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { isTrouble } from '../../machines/fate.js';
import { Gone } from '../../machines/look.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { joined } from '../../text.js';
import type { RestoreRecord } from '../engine/restore-record.js';
import type { WorkTools } from '../engine/work-tools.js';
import { countsOf } from '../result/count-machines.js';
import {
  appList,
  type CommandResult,
  failedAtOnce,
  type MachineResult,
  untouched,
} from '../result/result.js';
import { allOf, type Case, casesOf, type ReadMachines } from './case.js';
import { findAll, LONGEST_GATHERING_MS, sitOut } from './find-machines.js';
import { HoldRemover } from './hold-remover.js';
import { Latch } from './latch.js';
import { putBack } from './put-back.js';

/** Dependencies of `restore`. */
export interface RestoreTools extends WorkTools {
  /** Unix milliseconds by the servers' clock, as far as it is known. */
  readonly now: () => number;
}

/** Result of a machine of the record, with what was decided about it. */
interface SettledCase {
  readonly settled: Case;
  readonly result: MachineResult;
}

/**
 * Puts back what a step changed, and removes the holds that it wrote: finds the machines, decides about each, sends all
 * requests, and then waits. The result says of each machine what could not be done, and why; nothing is thrown.
 */
export async function restore(record: RestoreRecord, tools: RestoreTools): Promise<CommandResult> {
  const { progress } = tools;
  const all = allOf(record);
  const cases = casesOf(record, await findAll(all, tools), tools.now);
  const due = cases.filter(({ decision }) => decision.kind === 'put back').map(({ machine }) => machine);
  const remover = new HoldRemover(tools);

  if (due.length > 0) progress.begin('Putting back', due, 'put back');
  const done = await putAllBack(cases, { record, remover, sends: due.length }, tools);
  if (due.length > 0) progress.end();

  const apps = [...new Set(all.map(({ app }) => app))];
  const machines = done.map(({ result }) => result);
  const line = restoreLine(done, apps);
  const counts = countsOf(RESTORE_WORDS, machines);
  return { apps, machines, failures: [], notices: [], warnings: remover.warnings, counts, line };
}

const RESTORE_WORDS = { verb: 'put back', past: 'put back', already: 'as before already' };

/** Puts all machines back side by side; none is waited for before the requests of all have gone out. */
async function putAllBack(
  cases: readonly Case[],
  {
    record,
    remover,
    sends,
  }: { readonly record: RestoreRecord; readonly remover: HoldRemover; readonly sends: number },
  tools: RestoreTools,
): Promise<SettledCase[]> {
  const { client, clock } = tools;
  const sent = new Latch(sends);
  const origin = clock.now();
  const over = openInTime(sent, clock);
  const done = await Promise.all(
    cases.map(async (early) => {
      // No list has told of it: it is waited for beside the work on the others, which has waited long enough.
      const isLate = !client.canList && early.decision.kind === 'unread' && isTrouble(early.decision.error);
      const settled = isLate ? await readAgain(early, record, tools) : early;
      const result = await settleCase(settled, isLate ? new Latch(1) : sent, origin, tools);
      await remover.remove(result, settled.hold);
      return { settled, result };
    }),
  );
  over.abort(OVER);
  return done;
}

/** Opens the latch in the end, where requests can't go out; returns what calls that off. */
function openInTime(latch: Latch, clock: Clock): AbortController {
  const over = new AbortController();
  clock.sleep(LONGEST_GATHERING_MS, over.signal).then(
    () => latch.open(),
    () => undefined, // All is over before that.
  );
  return over;
}

async function settleCase(
  { machine, decision, note, decide }: Case,
  sent: Latch,
  origin: number,
  tools: RestoreTools,
): Promise<MachineResult> {
  if (decision.kind === 'unread') return failedAtOnce(machine, decision.error);
  if (decision.kind === 'there') return untouched(machine, 'unchanged', decision.reason);
  if (decision.kind === 'leave') return untouched(machine, 'skipped', decision.reason);
  const result = await putBack({ machine, by: decision.by, decide, sent, origin }, tools);
  const noted = { ...result, reason: joined(result.reason, note) };
  tools.progress.done(noted);
  return noted;
}

/** Reads a machine that could not be read so far, and decides about it. */
async function readAgain(early: Case, record: RestoreRecord, tools: RestoreTools): Promise<Case> {
  const { machine } = early;
  const key = keyOf(machine);
  const now = await sitOut(tools, machine).catch(asActionError);
  const found: ReadMachines = new Map(
    now instanceof Gone
      ? []
      : [[key, now instanceof ActionError ? now : { ...now, app: machine.app, seenAt: tools.clock.now() }]],
  );
  const its = <T extends MachineRef>(all: readonly T[]) => all.filter((it) => keyOf(it) === key);
  const only = { ...record, machines: its(record.machines), holds: its(record.holds ?? []) };
  return casesOf(only, found, tools.now)[0] ?? early;
}

/** Sums up: `put back: stopped 3, left alone 1, failed 0 of 4 in my-app`. */
function restoreLine(done: readonly SettledCase[], apps: readonly string[]): string {
  const number = (outcome: MachineResult['outcome']) =>
    done.filter(({ result }) => result.outcome === outcome).length;
  const changed = Object.entries(TRANSITIONS).flatMap(([name, { past }]) => {
    const those = done.filter(
      ({ settled: { decision }, result }) =>
        decision.kind === 'put back' && decision.by === name && result.outcome === 'changed',
    );
    return those.length === 0 ? [] : [`${past} ${those.length}`];
  });
  const parts = [
    ...(changed.length === 0 ? ['nothing'] : changed),
    ...(number('unchanged') > 0 ? [`as before already ${number('unchanged')}`] : []),
    ...(number('skipped') > 0 ? [`left alone ${number('skipped')}`] : []),
    `failed ${number('failed')} of ${done.length}`,
  ];
  return `put back: ${parts.join(', ')} in ${appList(apps)}`;
}
