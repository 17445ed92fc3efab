import type { Mutation } from '../mutation.js';

/** Mistakes with deadlines, cancels and clocks. */
export const TIME: readonly Mutation[] = [
  {
    name: 'timeout-stretched',
    tells: '`timeout: 30s` becomes minutes for a machine with a long kill timeout.',
    file: 'src/commands/change.ts',
    search: 'timeout === undefined ? roomNeeded',
    replace: 'mayEnd ? roomNeeded',
    only: '"timeout":',
    found: ['ends in time'],
  },
  {
    name: 'cancel-not-heard',
    tells: 'A cancelled step goes on until the runner kills it.',
    file: 'src/deadline.ts',
    search: 'passOn(cancelled, this.#over);',
    replace: 'passOn(new AbortController().signal, this.#over);',
    only: '"cancelAt"',
    found: ['ends in time'],
  },
  {
    name: 'deadline-doubled',
    tells: 'A step that gets nowhere takes twice its `timeout`.',
    file: 'src/deadline.ts',
    search: 'this.#clock.sleep(this.left, this.#timer.signal)',
    replace: 'this.#clock.sleep(2 * this.left, this.#timer.signal)',
    only: '"timeout":',
    found: ['ends in time'],
  },
  {
    name: 'slow-goodbye',
    tells: 'A cancelled step hangs half a minute on giving a lease back.',
    file: 'src/machines/lease/release.ts',
    search: 'const RELEASE_LIMIT_MS = 3_000;',
    replace: 'const RELEASE_LIMIT_MS = 30_000;',
    only: '"lease":"true"',
    found: ['ends in time'],
  },
  {
    name: 'clock-not-corrected',
    tells: 'On a runner whose clock is wrong a good token counts as ended.',
    file: 'src/http/server-time.ts',
    search: 'Math.abs(difference) > TOLERANCE_MS ? difference : 0',
    replace: 'Math.abs(difference) > TOLERANCE_MS ? 0 : difference',
    only: '"offsetMs"',
    found: ['no wrong failure', 'holds end'],
  },
  {
    name: 'discharge-never-refreshed',
    tells: 'The discharge of the job’s beginning is used until it has ended, and the steps after that fail.',
    file: 'src/discharge/live-token.ts',
    search: `    const due = this.#state.due();
    if (due.length === 0) return this.#state.remember();`,
    replace: `    const due = this.#state.due();
    if (due.length === 0 || this.#state.discharges.length > 0) return this.#state.remember();`,
    found: ['discharges are kept fresh'],
  },
];
