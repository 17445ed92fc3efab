import type { UnixMs } from '../clock.js';
import { type HoursAt, hoursAt } from './edges.js';
import type { Unreadable } from './hours.js';
import { parseHours } from './parse-hours.js';

/** Reads hours as of one moment, each text once: thousands of machines share a few texts. */
export class HoursReader {
  readonly #now: UnixMs;
  readonly #read = new Map<string, HoursAt | Unreadable>();

  constructor(now: UnixMs) {
    this.#now = now;
  }

  of(text: string): HoursAt | Unreadable {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const hours = parseHours(text);
    const read = 'why' in hours ? hours : hoursAt(hours, this.#now);
    this.#read.set(text, read);
    return read;
  }
}
