import pLimit from 'p-limit';
import { type ActionError, asActionError } from '../errors.js';
import type { Machine } from '../machines/machine.js';
import { factsOf } from '../machines/machine-config.js';
import { TRANSITIONS } from '../machines/transitions.js';
import type { WorkTools } from './engine.js';
import { type Judgement, judge } from './judge.js';
import { Latch } from './latch.js';
import { putBack } from './put-back.js';
import { Releasing } from './releasing.js';
import type { Changed, RestoreRecord } from './restore-record.js';
import { appList, type CommandResult, type MachineResult, untouched } from './result.js';
import type { AppMachine } from './selection.js';

const LISTS_AT_ONCE = 10;
/** For how long waiting is put off at most, in milliseconds, where requests can't go out. */
const LONGEST_GATHERING_MS = 20_000;

/** What machines are put back with. */
export interface RestoreTools extends WorkTools {
  /** Unix milliseconds by the servers' clock, as far as it is known. */
  readonly now: () => number;
}

/**
 * Puts back what a step changed: lists each app once, judges every machine, sends all requests, and then waits.
 * What can't be done, and why, is the result's, machine by machine; nothing is thrown.
 */
export async function restore(record: RestoreRecord, tools: RestoreTools): Promise<CommandResult> {
  const { clock, progress } = tools;
  const apps = [...new Set(record.machines.map(({ app }) => app))];
  const { listed, errors } = await listAll(apps, tools);
  const cases = record.machines.map((changed) => judged(record, changed, { listed, at: tools.now() }));
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
    const { machine, judgement, note, held } = it;
    if (judgement === undefined) {
      const error = errors.get(machine.app);
      return { ...untouched(machine, 'failed'), ...(error && { error }) };
    }
    if (judgement.kind === 'there') return untouched(machine, 'unchanged', judgement.reason);
    if (judgement.kind === 'leave') return untouched(machine, 'skipped', judgement.reason);
    const result = await putBack({ machine, by: judgement.by, held, sent, origin }, tools);
    const noted = { ...result, reason: [result.reason, note].filter((text) => text !== '').join('; ') };
    progress.done(noted);
    return noted;
  };
  const releasing = new Releasing(tools);
  const machines = await Promise.all(
    cases.map(async (it) => {
      const result = await carryOut(it);
      await releasing.release(result, it.held);
      return result;
    }),
  );
  over.abort();
  if (due.length > 0) progress.end();
  const line = lineOf(cases, machines, apps);
  return { apps, machines, failures: [], notices: [], warnings: releasing.warnings, line };
}

interface Case {
  readonly machine: AppMachine;
  /** Undefined where its app could not be listed. */
  readonly judgement: Judgement | undefined;
  /** What the step itself has written to have it left running. */
  readonly held: string | undefined;
  readonly note: string;
}

function judged(
  record: RestoreRecord,
  changed: Changed,
  { listed, at }: { readonly listed: Listed; readonly at: number },
): Case {
  const { app, id, version } = changed;
  const machines = listed.get(app);
  const now = machines?.get(id);
  const machine = { ...(now ?? absent(changed, machines === undefined ? '' : 'gone')), app };
  const isDeployed = now !== undefined && version !== '' && (now.instanceId ?? version) !== version;
  const note = isDeployed ? 'a deploy has changed it in between' : '';
  return { machine, judgement: machines && judge(record, changed, { now, at }), held: changed.held, note };
}

type Listed = ReadonlyMap<string, ReadonlyMap<string, Machine>>;

async function listAll(
  apps: readonly string[],
  { client, deadline }: WorkTools,
): Promise<{ listed: Listed; errors: ReadonlyMap<string, ActionError> }> {
  const limit = pLimit(LISTS_AT_ONCE);
  const listed = new Map<string, ReadonlyMap<string, Machine>>();
  const errors = new Map<string, ActionError>();
  const read = async (app: string) => {
    try {
      const machines = await client.list(app, deadline.signal);
      listed.set(app, new Map(machines.map((machine) => [machine.id, machine])));
    } catch (error) {
      errors.set(app, asActionError(error));
    }
  };
  await Promise.all(apps.map((app) => limit(read, app)));
  return { listed, errors };
}

/** Stands in for a machine of which nothing is known any more but what the record has. */
function absent({ id, version }: Changed, state: string): Machine {
  const unknown = { name: '', region: '', privateIp: '', hostStatus: 'ok', cordoned: false, checks: [] };
  const events = { newestEvent: 0, newestStart: 0, updatedAt: 0, isPostgres: false, holder: undefined };
  return { ...factsOf(undefined), ...unknown, ...events, id, state, instanceId: version || undefined };
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
