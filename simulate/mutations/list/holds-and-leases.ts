import type { Mutation } from '../mutation.js';

/** Mistakes with leases and with the marks that have machines left running. */
export const HOLDS_AND_LEASES: readonly Mutation[] = [
  {
    name: 'hold-stays',
    tells: 'The hold on a machine that needed no change stays in its metadata after the job.',
    file: 'src/commands/restore/mark-remover.ts',
    search: "if (outcome === 'failed' || mark === undefined) return;",
    replace: "if (outcome !== 'changed' || mark === undefined) return;",
    only: '"hold":',
    found: ['holds end'],
  },
  {
    name: 'hold-not-recorded',
    tells: 'A hold is written without a record, so that no post takes it off.',
    file: 'src/commands/keep-alive/keep-alive.ts',
    search: 'this.#keeper?.mark(mark);',
    replace: '',
    only: '"hold":',
    found: ['holds end'],
  },
  {
    name: 'hold-shortens-others',
    tells: 'A hold of ten minutes takes the place of another job’s hold of an hour.',
    file: 'src/commands/keep-alive/keep-alive.ts',
    search: 'Math.max(now + this.#options.ms, others === undefined ? 0 : others + 1000)',
    replace: 'now + this.#options.ms',
    only: '"hold":',
    found: ['holds end'],
  },
  {
    name: 'hold-of-others-dropped',
    tells: 'A job that takes its hold off takes another job’s hold with it.',
    file: 'src/commands/keep-alive/clear-mark.ts',
    search: 'before > now() ? markText(before) : undefined',
    replace: 'undefined',
    only: '"hold":',
    found: ['holds end'],
  },
  {
    name: 'lease-kept-on-failure',
    tells: 'A machine that fails stays leased, and nobody else can change it.',
    file: 'src/commands/engine/machine-changer.ts',
    search: `        note = await this.prove(change, lease?.nonce);
      } finally {
        await lease?.release();
      }`,
    replace: `        note = await this.prove(change, lease?.nonce);
        await lease?.release();
      } finally {
        attempt.enter('state');
      }`,
    only: '"lease":"true"',
    found: ['leases end'],
  },
  {
    name: 'lease-skip-fails',
    tells: '`on-lease: skip` turns the step red for a machine that a deploy holds.',
    file: 'src/commands/engine/machine-changer.ts',
    search: "if (this.#options.onLease === 'skip' && isLease(thrown))",
    replace: "if (this.#options.onLease === 'fail' && isLease(thrown))",
    only: '"on-lease":"skip"',
    found: ['no wrong failure'],
  },
  {
    name: 'lease-not-waited-for',
    tells: '`on-lease: wait` gives up at the first refusal of a deploy’s lease.',
    file: 'src/machines/request-change.ts',
    search: 'if (isLease(refused) && !waitsForLease) throw refused;',
    replace: 'if (isLease(refused)) throw refused;',
    found: ['no wrong failure'],
  },
];
