import { type ActionError, asActionError } from '../../errors.js';
import type { Machine } from '../../machines/machine/machine.js';
import { enumerated, joined } from '../../text.js';
import type { WorkTools } from '../engine/work-tools.js';
import type { MachineResult } from '../result/result.js';
import { type Mark, type MarkWord, markKey, marksOf } from './mark.js';
import type { MarkCall } from './marker.js';

/** Words of the marks that a change takes off, by the word of its own. */
const OPPOSITES: Readonly<Record<Exclude<MarkWord, 'announced'>, readonly MarkWord[]>> = {
  started: ['stopped', 'suspended'],
  stopped: ['started', 'announced'],
  suspended: ['started', 'announced'],
};

/** Taker of the marks that a change makes meaningless, off the machines that are where it leads. */
export class Unmarker {
  readonly #opposites: readonly MarkWord[];
  readonly #tools: Pick<WorkTools, 'client'>;
  readonly #stuck: string[] = [];
  #why: ActionError | undefined;

  constructor(word: Exclude<MarkWord, 'announced'>, tools: Pick<WorkTools, 'client'>) {
    this.#opposites = OPPOSITES[word];
    this.#tools = tools;
  }

  /** Warning about the marks that could not be taken off, one for all. */
  get warnings(): readonly string[] {
    if (this.#why === undefined) return [];
    return [`A mark stays on ${enumerated(this.#stuck)}, which is where it should be: ${this.#why.line}`];
  }

  /** Returns the marks that the change takes off a machine. */
  marksOf(machine: Pick<Machine, 'metadata'>): Mark[] {
    return marksOf(machine).filter(({ word }) => this.#opposites.includes(word));
  }

  /** Takes the marks off a machine that is where it should be, as it was read then. Never throws, but warns. */
  async takeOff(result: MachineResult, read: Machine, { nonce, signal }: MarkCall): Promise<MachineResult> {
    if (result.outcome !== 'changed' && result.outcome !== 'unchanged') return result;
    const { machine } = result;
    const marks = this.marksOf(read);
    if (marks.length === 0) return result;
    try {
      for (const { name } of marks) {
        const change = { key: markKey(name), value: undefined, nonce };
        await this.#tools.client.setMetadata(machine, change, signal);
      }
    } catch (thrown) {
      this.#stuck.push(machine.id);
      this.#why ??= asActionError(thrown);
      return result;
    }
    const names = marks.map(({ name }) => name);
    const left = marksOf(read).filter(({ name }) => !names.includes(name));
    return { ...result, marks: left, reason: joined(result.reason, `mark ${names.join(', ')} taken off`) };
  }
}
