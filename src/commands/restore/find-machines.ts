import { withTimeout } from '../../clock.js';
import { ActionError, asActionError } from '../../errors.js';
import type { MachineRef } from '../../machines/api/client.js';
import { keyOf } from '../../machines/api/machine-path.js';
import { Gone, look, readOrGone } from '../../machines/look.js';
import type { Machine } from '../../machines/machine/machine.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { AppMachine } from '../result/app-machine.js';
import { readEach } from '../selection/read-each.js';
import type { ReadMachines } from './case.js';

/** Longest time for which waiting is put off, in milliseconds, where requests can't go out. */
export const LONGEST_GATHERING_MS = 20_000;

/** Pause between two tries to read a machine, in milliseconds. */
const READ_AGAIN_MS = 5_000;

/**
 * Finds the machines of a record: lists each app once, where the token may, and reads by itself each machine that the lists
 * lack. A machine that can't be read has failed alone; one that is gone is not in the map.
 */
export async function findAll(all: readonly MachineRef[], tools: WorkTools): Promise<ReadMachines> {
  const { client, clock, deadline } = tools;
  const found = new Map<string, AppMachine | ActionError>();
  const late = () => new ActionError('timeout', 'reading it took too long');
  const limited = <T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>) =>
    withTimeout({ clock, signal, ms: LONGEST_GATHERING_MS, late }, work);
  const keep = (app: string, machine: Machine) =>
    found.set(keyOf({ app, id: machine.id }), { ...machine, app, seenAt: clock.now() });
  const apps = [...new Set(all.map(({ app }) => app))];
  // Why a list fails needn't be told: what it doesn't tell is asked of each machine.
  await readEach(client.canList ? apps : [], tools, async (app, signal) => {
    const machines = await limited(signal, (least) => client.list(app, least));
    for (const machine of machines) keep(app, machine);
  });
  const missing = all.filter((it) => !found.has(keyOf(it)));
  await Promise.all(
    missing.map(async (it) => {
      const reading = limited(deadline.signal, (least) => readOrGone(tools, it, least));
      const now = await reading.catch(asActionError);
      if (now instanceof Gone) return;
      if (now instanceof ActionError) found.set(keyOf(it), now);
      else keep(it.app, now);
    }),
  );
  return found;
}

/** Reads a machine until Fly's trouble is over, or the deadline. Throws what else reading throws, and `Gone` for a machine that is gone. */
export async function sitOut(tools: WorkTools, machine: MachineRef): Promise<Machine> {
  const { clock, deadline } = tools;
  for (;;) {
    const now = await look(tools, machine, deadline.signal);
    if (now !== undefined) return now;
    await clock.sleep(READ_AGAIN_MS, deadline.signal);
  }
}
