import { type ActionError, asActionError } from '../errors.js';
import type { MachinesClient } from '../machines/client.js';
import { isGone } from '../machines/look.js';
import { enumerated } from '../text.js';
import { KEEP_ALIVE_UNTIL } from './idle.js';
import type { RestoreTools } from './restore.js';
import { type Held, heldText } from './restore-record.js';
import type { MachineResult } from './result.js';

/** What holds are taken back with. */
export type ReleasingTools = Pick<RestoreTools, 'client' | 'deadline' | 'now'>;

/** Takes back, at a job's end, what its step wrote to have machines left running. */
export class Releasing {
  readonly #tools: ReleasingTools;
  readonly #stuck: string[] = [];
  #why: ActionError | undefined;

  constructor(tools: ReleasingTools) {
    this.#tools = tools;
  }

  /** What could not be taken back, and why: one warning for all. */
  get warnings(): readonly string[] {
    if (this.#why === undefined) return [];
    const ids = enumerated(this.#stuck);
    return [`\`${KEEP_ALIVE_UNTIL}\` of this job stays in the metadata of ${ids}: ${this.#why.line}`];
  }

  /**
   * Takes a hold back from a machine that the job is done with, unless somebody else has written over it, be it since
   * the machine was listed; the one that it replaced is put back while that lasts, for its owner to find. A machine that
   * could not be put back keeps it. Never throws.
   */
  async release({ machine, outcome }: MachineResult, hold: Held | undefined): Promise<void> {
    if (outcome === 'failed' || hold === undefined) return;
    if (machine.metadata[KEEP_ALIVE_UNTIL] !== hold.held) return;
    const { client, deadline, now } = this.#tools;
    try {
      await takeBack(hold, { client, now, signal: deadline.signal });
    } catch (thrown) {
      if (isGone(thrown)) return;
      this.#stuck.push(machine.id);
      this.#why ??= asActionError(thrown);
    }
  }
}

/** Takes a hold back where it stands, for the one that it replaced while that lasts. */
export async function takeBack(
  { held, before = 0, ...machine }: Held,
  { client, now, signal }: { client: MachinesClient; now: () => number; signal: AbortSignal },
): Promise<void> {
  const { metadata } = await client.get(machine, signal);
  if (metadata[KEEP_ALIVE_UNTIL] !== held) return;
  const value = before > now() ? heldText(before) : undefined;
  await client.setMetadata(machine, { key: KEEP_ALIVE_UNTIL, value }, signal);
}
