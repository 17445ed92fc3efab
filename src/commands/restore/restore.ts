import { withTimeout } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { isTrouble } from '../../machines/fate.js';
import { Gone, look, readOrGone } from '../../machines/look.js';
import type { Machine } from '../../machines/machine/machine.js';
import { TRANSITIONS } from '../../machines/transitions.js';
import { joined } from '../../text.js';
import type { RestoreRecord } from '../engine/restore-record.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import {
  appList,
  type CommandResult,
  failedAtOnce,
  type MachineResult,
  untouched,
} from '../result/result.js';
import { readEach } from '../selection/read-each.js';
import { allOf, type Case, casesOf, type ReadMachines } from './case.js';
import { Latch } from './latch.js';
import { MarkRemover } from './mark-remover.js';
import { putBack } from './put-back.js';
import type { RestoreTools } from './restore-tools.js';

/** For how long waiting is put off at most, in milliseconds, where requests can't go out. */
const LONGEST_GATHERING_MS = 20_000;

/** Between two tries to read a machine. */
const PAUSE_MS = 5_000;

/**
 * Puts back what a step changed, and takes back what it held: finds each, judges every machine, sends all
 * requests, and then waits. What can't be done, and why, is the result's, machine by machine; nothing is thrown.
 */
export async function restore(record: RestoreRecord, tools: RestoreTools): Promise<CommandResult> {
  const { client, clock, progress } = tools;
  const all = allOf(record);
  const apps = [...new Set(all.map(({ app }) => app))];
  const cases = casesOf(record, await findAll(all, tools), tools.now);
  const due = cases.filter(({ decision }) => decision.kind === 'put back');
  const sent = new Latch(due.length);
  const origin = clock.now();
  const over = new AbortController();
  clock.sleep(LONGEST_GATHERING_MS, over.signal).then(
    () => sent.open(),
    () => undefined, // All is over before that.
  );
  const begun = due.map(({ machine }) => machine);
  if (due.length > 0) progress.begin('Putting back', begun, 'put back');
  const carryOut = async (it: Case, first: Latch): Promise<MachineResult> => {
    const { machine, decision, note, decide } = it;
    if (decision.kind === 'unread') return failedAtOnce(machine, decision.error);
    if (decision.kind === 'there') return untouched(machine, 'unchanged', decision.reason);
    if (decision.kind === 'leave') return untouched(machine, 'skipped', decision.reason);
    const result = await putBack({ machine, by: decision.by, decide, sent: first, origin }, tools);
    const noted = { ...result, reason: joined(result.reason, note) };
    progress.done(noted);
    return noted;
  };
  const releasing = new MarkRemover(tools);
  const done = await Promise.all(
    cases.map(async (early) => {
      // No list has told of it: it is waited for beside the work on the others, which has waited long enough.
      const isLate = !client.canList && early.decision.kind === 'unread' && isTrouble(early.decision.error);
      const it = isLate ? await readAgain(early, record, tools) : early;
      const result = await carryOut(it, isLate ? new Latch(1) : sent);
      await releasing.remove(result, it.mark);
      return { it, result };
    }),
  );
  const machines = done.map(({ result }) => result);
  over.abort();
  if (due.length > 0) progress.end();
  const line = lineOf(
    done.map(({ it }) => it),
    machines,
    apps,
  );
  return { apps, machines, failures: [], notices: [], warnings: releasing.warnings, line };
}

/**
 * Lists the apps once each, where the token may. A machine that a list lacks, or whose app can't be listed, is read by itself:
 * gone is what that says, and where that fails, the machine alone has failed.
 */
async function findAll(all: readonly MachineRef[], tools: WorkTools): Promise<ReadMachines> {
  const { client, clock, deadline } = tools;
  const found = new Map<string, AppMachine | ActionError>();
  const late = () => new ActionError('timeout', 'reading it has got no answer in time');
  const limited = <T>(work: (signal: AbortSignal) => Promise<T>) =>
    withTimeout({ clock, signal: deadline.signal, ms: LONGEST_GATHERING_MS, late }, work);
  const keep = (app: string, machine: Machine) =>
    found.set(keyOf({ app, id: machine.id }), { ...machine, app, seenAt: clock.now() });
  const apps = [...new Set(all.map(({ app }) => app))];
  // Why a list fails needn't be told: what it doesn't tell is asked of each machine.
  await readEach(client.canList ? apps : [], tools, async (app, signal) => {
    const share = limited((least) => client.list(app, AbortSignal.any([signal, least])));
    for (const machine of await share) keep(app, machine);
  });
  const missing = all.filter((it) => !found.has(keyOf(it)));
  await Promise.all(
    missing.map(async (it) => {
      const now = await limited((signal) => readOrGone(tools, it, signal)).catch(asActionError);
      if (now instanceof Gone) return;
      if (now instanceof ActionError) found.set(keyOf(it), now);
      else keep(it.app, now);
    }),
  );
  return found;
}

/** Reads a machine until Fly's trouble is over, or the deadline. Throws what else reading throws, `Gone` for one that is. */
async function sitOut(tools: RestoreTools, machine: MachineRef): Promise<Machine> {
  const { clock, deadline } = tools;
  for (;;) {
    const now = await look(tools, machine, deadline.signal);
    if (now !== undefined) return now;
    await clock.sleep(PAUSE_MS, deadline.signal);
  }
}

/** Reads a machine that could not be read so far, and judges it. */
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

/** `put back: stopped 3, left alone 1, failed 0 of 4 in my-app` */
function lineOf(cases: readonly Case[], results: readonly MachineResult[], apps: readonly string[]): string {
  const number = (outcome: MachineResult['outcome']) => results.filter((it) => it.outcome === outcome).length;
  const done = Object.entries(TRANSITIONS).flatMap(([name, { past }]) => {
    const those = cases.filter(
      ({ decision }, index) =>
        decision.kind === 'put back' && decision.by === name && results[index]?.outcome === 'changed',
    );
    return those.length === 0 ? [] : [`${past} ${those.length}`];
  });
  const parts = [
    ...(done.length === 0 ? ['nothing'] : done),
    ...(number('unchanged') > 0 ? [`as before already ${number('unchanged')}`] : []),
    ...(number('skipped') > 0 ? [`left alone ${number('skipped')}`] : []),
    `failed ${number('failed')} of ${results.length}`,
  ];
  return `put back: ${parts.join(', ')} in ${appList(apps)}`;
}
