import { type ActionError, asActionError } from '../../errors.js';
import { enumerated } from '../../text.js';
import { clearMark } from '../keep-alive/clear-mark.js';
import type { KeepAliveMark } from '../keep-alive/mark.js';
import { KEEP_ALIVE_UNTIL } from '../keep-alive/mark.js';
import type { MachineResult } from '../result/result.js';
import type { RestoreTools } from './restore-tools.js';

/** What holds are taken back with. */
export type ReleasingTools = Pick<RestoreTools, 'client' | 'clock' | 'deadline' | 'now'>;

/** Takes back, at a job's end, what its step wrote to have machines left running. */
export class MarkRemover {
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
  async remove({ machine, outcome }: MachineResult, hold: KeepAliveMark | undefined): Promise<void> {
    if (outcome === 'failed' || hold === undefined) return;
    if (machine.metadata[KEEP_ALIVE_UNTIL] !== hold.held) return;
    const { client, clock, deadline, now } = this.#tools;
    try {
      await clearMark(hold, { client, clock, now, signal: deadline.signal });
    } catch (thrown) {
      this.#stuck.push(machine.id);
      this.#why ??= asActionError(thrown);
    }
  }
}
