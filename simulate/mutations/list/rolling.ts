import type { Mutation } from '../mutation.js';

const TURNS = 'src/commands/rolling/group-turns.ts';
const RESTARTS = '"command":"restart"';

/** Mistakes in the turns of a restart, and in what a failure halts. */
export const ROLLING: readonly Mutation[] = [
  {
    name: 'places-ignored',
    tells: 'A restart takes all machines of a group down at once, but for the first.',
    file: TURNS,
    search: 'return this.#underWay.size + this.#down.length < this.#places;',
    replace: 'return this.#places > 0;',
    only: RESTARTS,
    found: ['few down at once'],
  },
  {
    name: 'first-not-alone',
    tells:
      'The first machine that serves is restarted beside others, so that a bad release takes down several.',
    file: TURNS,
    search: 'if (this.#serves(next) && !this.#isProven) return this.#underWay.size === 0;',
    replace: '',
    only: RESTARTS,
    found: ['the ailing first, then one'],
  },
  {
    name: 'ailing-last',
    tells: 'Machines that serve nobody are restarted last, when the others have been down already.',
    file: 'src/commands/rolling/groups.ts',
    search: 'rounds: [...slices(ailing, places), ...alone, ...slices(others, places)],',
    replace: 'rounds: [...alone, ...slices(others, places), ...slices(ailing, places)],',
    only: RESTARTS,
    found: ['the ailing first, then one'],
  },
  {
    name: 'failed-frees-its-place',
    tells:
      'With `on-failure: fail` a machine that never came back makes room for the next, until all are down.',
    file: TURNS,
    search: "if (after === 'down') this",
    replace: "if (after === 'down' && !hasFailed) this",
    only: RESTARTS,
    found: ['few down at once'],
  },
  {
    name: 'share-rounded-up',
    tells: '`max-unavailable: 34%` takes down two of three machines.',
    file: 'src/commands/rolling/max-unavailable.ts',
    search: 'Math.floor((up * most.percent) / 100)',
    replace: 'Math.ceil((up * most.percent) / 100)',
    only: RESTARTS,
    found: ['few down at once'],
  },
  {
    name: 'two-of-two-down',
    tells: 'A restart may take down both machines of a group of two.',
    file: TURNS,
    search: 'return Math.max(1, Math.min(places, up - this.#lost - 1));',
    replace: 'return up === 2 ? up : Math.max(1, Math.min(places, up - this.#lost - 1));',
    only: RESTARTS,
    found: ['few down at once'],
  },
  {
    name: 'restart-goes-on-after-a-failure',
    tells: 'The machines that come after one that did not come back are restarted all the same.',
    file: 'src/commands/engine/halt.ts',
    search: "if (outcome !== 'failed') return;",
    replace: "if (outcome !== 'failed' || machine.id !== '') return;",
    only: RESTARTS,
    found: ['a failure halts'],
  },
  {
    name: 'halt-not-heard-in-the-queue',
    tells: 'With `on-failure: stop` requests that wait for a place still go out after a failure.',
    file: 'src/commands/engine/halt.ts',
    search: 'callOffIf(this.#reason);',
    replace: 'callOffIf(undefined);',
    only: '"on-failure":"stop"',
    found: ['a failure halts'],
  },
  {
    name: 'unread-app-halts-nothing',
    tells: 'A restart of two apps goes on with one although it can’t read the other.',
    file: 'src/commands/engine/engine.ts',
    search: '  halt?.noteAll(failures);',
    replace: '',
    found: ['a failure halts'],
  },
  {
    name: 'exec-goes-on-after-a-failure',
    tells: 'With `on-failure: stop` a migration that ended with exit code 1 is run in the next machine.',
    file: 'src/commands/engine/engine.ts',
    search: `    halt?.note(result);
    progress.done(result);`,
    replace: '    progress.done(result);',
    only: '"command":"exec"',
    found: ['a failure halts'],
  },
];
