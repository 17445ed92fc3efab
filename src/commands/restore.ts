import { withTimeout } from '../clock.js';
import { ActionError, asActionError } from '../errors.js';
import type { MachineRef } from '../machines/client.js';
import { Gone, readOrGone } from '../machines/look.js';
import { TRANSITIONS } from '../machines/transitions.js';
import { joined } from '../text.js';
import type { WorkTools } from './engine.js';
import { Latch } from './latch.js';
import { putBack } from './put-back.js';
import { readEach } from './read-each.js';
import { Releasing } from './releasing.js';
import { allOf, type Case, casesOf, type Listed } from './restore-case.js';
import type { RestoreRecord } from './restore-record.js';
import { appList, type CommandResult, type MachineResult, untouched } from './result.js';
import type { AppMachine } from './selection.js';

/** For how long waiting is put off at most, in milliseconds, where requests can't go out. */
const LONGEST_GATHERING_MS = 20_000;

/** What machines are put back with. */
export interface RestoreTools extends WorkTools {
  /** Unix milliseconds by the servers' clock, as far as it is known. */
  readonly now: () => number;
}

/**
 * Puts back what a step changed, and takes back what it held: lists each app once, judges every machine, sends all
 * requests, and then waits. What can't be done, and why, is the result's, machine by machine; nothing is thrown.
 */
export async function restore(record: RestoreRecord, tools: RestoreTools): Promise<CommandResult> {
  const { clock, progress } = tools;
  const all = allOf(record);
  const apps = [...new Set(all.map(({ app }) => app))];
  const { listed, errors } = await listAll(all, tools);
  const cases = casesOf(record, listed, tools.now);
  const due = cases.filter(({ judgement }) => judgement?.kind === 'put back');
  const sent = new Latch(due.length);
  const origin = clock.now();
  const over = new AbortController();
  clock.sleep(LONGEST_GATHERING_MS, over.signal).then(
    () => sent.open(),
    () => undefined, // All is over before that.
  );
  const begun = due.map(({ machine }) => machine);
  if (due.length > 0) progress.begin('Putting back', begun, 'put back');
  const carryOut = async (it: Case): Promise<MachineResult> => {
    const { machine, judgement, note, judge } = it;
    if (judgement === undefined) {
      const error = it.error ?? errors.get(machine.app);
      return { ...untouched(machine, 'failed'), ...(error && { error }) };
    }
    if (judgement.kind === 'there') return untouched(machine, 'unchanged', judgement.reason);
    if (judgement.kind === 'leave') return untouched(machine, 'skipped', judgement.reason);
    const result = await putBack({ machine, by: judgement.by, judge, sent, origin }, tools);
    const noted = { ...result, reason: joined(result.reason, note) };
    progress.done(noted);
    return noted;
  };
  const releasing = new Releasing(tools);
  const machines = await Promise.all(
    cases.map(async (it) => {
      const result = await carryOut(it);
      await releasing.release(result, it.hold);
      return result;
    }),
  );
  over.abort();
  if (due.length > 0) progress.end();
  const line = lineOf(cases, machines, apps);
  return { apps, machines, failures: [], notices: [], warnings: releasing.warnings, line };
}

/** Lists the apps. A machine that a list lacks is read by itself before it counts as gone; where that fails, it alone has failed. */
async function listAll(
  all: readonly MachineRef[],
  tools: WorkTools,
): Promise<{ listed: Listed; errors: ReadonlyMap<string, ActionError> }> {
  const apps = [...new Set(all.map(({ app }) => app))];
  const { client, clock, deadline } = tools;
  const listed = new Map<string, Map<string, AppMachine | ActionError>>();
  const errors = new Map<string, ActionError>();
  const ends = await readEach(apps, tools, async (app, signal) => {
    const machines = await client.list(app, signal);
    const seenAt = clock.now();
    listed.set(app, new Map(machines.map((it) => [it.id, { ...it, app, seenAt }])));
  });
  for (const [index, end] of ends.entries())
    if (end.status === 'rejected') errors.set(apps[index] ?? '', asActionError(end.reason));
  const late = () =>
    new ActionError('timeout', 'the list lacks it, and reading it has got no answer in time');
  const limits = { clock, signal: deadline.signal, ms: LONGEST_GATHERING_MS, late };
  await Promise.all(
    all.map(async (ref) => {
      const { app, id } = ref;
      const there = listed.get(app);
      if (there === undefined || there.has(id)) return;
      const found = await withTimeout(limits, (signal) => readOrGone(tools, ref, signal)).catch(
        asActionError,
      );
      if (found instanceof Gone) return;
      there.set(id, found instanceof ActionError ? found : { ...found, app, seenAt: clock.now() });
    }),
  );
  return { listed, errors };
}

/** `put back: stopped 3, left alone 1, failed 0 of 4 in my-app` */
function lineOf(cases: readonly Case[], results: readonly MachineResult[], apps: readonly string[]): string {
  const number = (outcome: MachineResult['outcome']) => results.filter((it) => it.outcome === outcome).length;
  const done = Object.entries(TRANSITIONS).flatMap(([name, { past }]) => {
    const those = cases.filter(
      ({ judgement }, index) =>
        judgement?.kind === 'put back' && judgement.by === name && results[index]?.outcome === 'changed',
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
