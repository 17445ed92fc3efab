import { type ActionError, asActionError } from '../errors.js';
import { enumerated } from '../text.js';
import type { WorkTools } from './engine.js';
import { KEEP_ALIVE_UNTIL } from './idle.js';
import type { MachineResult } from './result.js';

/** Takes back, at a job's end, what its step wrote to have machines left running. */
export class Releasing {
  readonly #tools: Pick<WorkTools, 'client' | 'deadline'>;
  readonly #stuck: string[] = [];
  #why: ActionError | undefined;

  constructor(tools: Pick<WorkTools, 'client' | 'deadline'>) {
    this.#tools = tools;
  }

  /** What could not be taken back, and why: one warning for all. */
  get warnings(): readonly string[] {
    if (this.#why === undefined) return [];
    const ids = enumerated(this.#stuck);
    return [`\`${KEEP_ALIVE_UNTIL}\` of this job stays in the metadata of ${ids}: ${this.#why.line}`];
  }

  /**
   * Takes `held` back from a machine that is as before, unless somebody else has written over it, be it since it was
   * listed. Never throws.
   */
  async release({ machine, outcome }: MachineResult, held: string | undefined): Promise<void> {
    const isBack = outcome === 'changed' || outcome === 'unchanged';
    if (!isBack || held === undefined || machine.metadata[KEEP_ALIVE_UNTIL] !== held) return;
    const { client, deadline } = this.#tools;
    try {
      const { metadata } = await client.get(machine, deadline.signal);
      if (metadata[KEEP_ALIVE_UNTIL] !== held) return;
      await client.setMetadata(machine, KEEP_ALIVE_UNTIL, undefined, deadline.signal);
    } catch (thrown) {
      this.#stuck.push(machine.id);
      this.#why ??= asActionError(thrown);
    }
  }
}
