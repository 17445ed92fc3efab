import { type ActionError, asActionError } from '../errors.js';
import type { Machine } from '../machines/machine.js';
import { formatTime } from '../text.js';
import type { WorkTools } from './engine.js';
import { KEEP_ALIVE_UNTIL } from './idle.js';
import type { CommandResult, MachineResult } from './result.js';

/**
 * Until when somebody wants the machine left running, in milliseconds since 1970; undefined where nobody does any
 * more. `ours` is what the asker wrote itself, which doesn't bind it.
 */
export function heldUntil({ metadata }: Machine, now: number, ours?: string): number | undefined {
  const value = metadata[KEEP_ALIVE_UNTIL];
  if (value === undefined || value === ours) return undefined;
  const until = Date.parse(value);
  return until > now ? until : undefined;
}

/** Writes into machines' metadata until when they are to be left running, as far as the token may. */
export class Holding {
  readonly #ms: number;
  readonly #tools: WorkTools;
  readonly #warnings: string[] = [];
  #mayWrite = true;

  /** `ms` is for how long, from the moment that a machine is held. */
  constructor(ms: number, tools: WorkTools) {
    this.#ms = ms;
    this.#tools = tools;
  }

  /** What could not be written, and why. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Holds the machine of a result, if it runs; the result says until when. A longer hold that is there is kept, and made
   * a second longer: whoever wrote that one must see that it isn't alone with it. Never throws.
   */
  async hold(result: MachineResult): Promise<MachineResult> {
    if (!this.#mayWrite) return result;
    const { client, clock, deadline } = this.#tools;
    const { machine } = result;
    try {
      const now = await client.get(machine, deadline.signal);
      if (now.state !== 'started') return result;
      const longer = heldUntil(now, clock.now());
      const until = Math.max(clock.now() + this.#ms, longer === undefined ? 0 : longer + 1000);
      const held = formatTime(until);
      await client.setMetadata(machine, KEEP_ALIVE_UNTIL, held, deadline.signal);
      return { ...result, held, reason: joined(result.reason, `held until ${held}`) };
    } catch (thrown) {
      this.#refused(machine.id, asActionError(thrown));
      return result;
    }
  }

  #refused(id: string, { class: errorClass, line }: ActionError): void {
    if (errorClass !== 'forbidden' && errorClass !== 'unauthorized') {
      this.#warnings.push(`Machine ${id} is not held: ${line}`);
      return;
    }
    if (this.#mayWrite)
      this.#warnings.push(
        `The token may not write metadata (\`hold\`), so nothing keeps other jobs from stopping these machines: ${line}`,
      );
    this.#mayWrite = false;
  }
}

/**
 * Holds the machines of a result that it went well with, save for those that are held already, and adds what could not
 * be written to its warnings. Not for a dry run, in which it goes well with machines that nothing was done to.
 */
export async function holdAll(result: CommandResult, holding: Holding): Promise<CommandResult> {
  const machines = await Promise.all(
    result.machines.map((it) => {
      const isWell = it.outcome === 'changed' || it.outcome === 'unchanged';
      return isWell && it.held === undefined ? holding.hold(it) : it;
    }),
  );
  return { ...result, machines, warnings: [...result.warnings, ...holding.warnings] };
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}
