import type { Question } from '../macaroon/possibilities.js';

/** One thing that a command does at Fly, and what the token must allow for it. */
export interface Need {
  readonly doing: string;
  /**
   * In letters of actions, and whether the app or a machine of it is meant. Where several stand here, no source says which
   * of them Fly goes by: all are asked, and only what all come to is certain.
   */
  readonly anyOf: readonly { readonly at: Question['at']; readonly letters: string }[];
  /** Whether it runs a command in a machine. */
  readonly runs?: true;
}

/** A listing names the app, and may or may not be looked at machine by machine. */
const READ: Need = {
  doing: 'read machines',
  anyOf: [
    { at: 'app', letters: 'r' },
    { at: 'machine', letters: 'r' },
  ],
};
const machine = (doing: string, ...letters: readonly string[]): Need => ({
  doing,
  anyOf: letters.map((it) => ({ at: 'machine' as const, letters: it })),
});
/** Control is for starting, stopping and signalling (superfly/macaroon: resset/action.go); that it is for these two is inferred. */
const [SUSPEND, RESTART] = [machine('suspend machines', 'C'), machine('restart machines', 'C')];
const [START, STOP] = [machine('start machines', 'C'), machine('stop machines', 'C')];
const CORDON = machine('cordon machines', 'C', 'w');

/** What each command needs, in the order in which it does it. Every one of them lists machines first. */
export const NEEDS = {
  list: [READ],
  wait: [READ],
  start: [READ, START],
  stop: [READ, STOP],
  suspend: [READ, SUSPEND],
  restart: [READ, RESTART],
  cordon: [READ, CORDON],
  uncordon: [READ, CORDON],
  'stop-idle': [READ, STOP],
  'warm-up': [READ, START],
  /** The command is checked for certain, the action beside it isn't known. (superfly/macaroon: flyio/access.go) */
  exec: [READ, { ...machine('run a command', 'C', 'w', 'r'), runs: true }],
} as const satisfies Readonly<Record<string, readonly Need[]>>;

/** What the inputs `lease` and `hold` need beside what the command changes; without it they warn. */
export const OPTION_NEEDS = {
  lease: [READ, machine('hold a lease', 'C', 'w')],
  hold: [READ, machine('write metadata', 'C', 'w')],
} as const satisfies Readonly<Record<string, readonly Need[]>>;

/** Name of a command that works on machines. */
export type WorkingCommand = keyof typeof NEEDS;
