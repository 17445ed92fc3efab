/** One thing that a command does at Fly, and what the token must allow for it. */
export interface Need {
  readonly doing: string;
  /**
   * Letters of actions, each for the app or for a machine of it. Where several stand here, no source says which of them
   * Fly goes by: all are asked, and only what all come to is certain.
   */
  readonly anyOf: readonly { readonly at: 'app' | 'machine'; readonly letters: string }[];
  /** True for what runs a command in a machine. */
  readonly runs?: true;
}

/** Everything that sets a command apart from the others, but what it does. */
export interface CommandRow {
  /**
   * `session` opens the job's session and `token` explains the token; the others work on machines: `reading` changes none,
   * `transition` and `change` change those that they are told, and `choosing` finds out by itself which.
   */
  readonly kind: 'session' | 'token' | 'reading' | 'transition' | 'change' | 'choosing';
  /** Permissions in the order in which they are used; every command that works on machines lists them first. */
  readonly needs: readonly Need[];
  /** True where a post step can put back what was changed. */
  readonly restorable?: true;
  /** True where a machine stays in the state that it is in. */
  readonly keepsState?: true;
  /** True where reading the list is all there is to do, so that nothing has an outcome. */
  readonly onlyLists?: true;
}

/** Reads machines: a listing names the app, and may or may not be looked at machine by machine. */
export const READ_MACHINES: Need = {
  doing: 'read machines',
  anyOf: [
    { at: 'app', letters: 'r' },
    { at: 'machine', letters: 'r' },
  ],
};

/** Returns the need of doing something to a machine, for which Fly may go by any of these letters. */
export function machineNeed(doing: string, ...letters: readonly string[]): Need {
  return { doing, anyOf: letters.map((it) => ({ at: 'machine', letters: it })) };
}

const START = machineNeed('start machines', 'C');
const STOP = machineNeed('stop machines', 'C');
/** Control is for starting, stopping and signalling (superfly/macaroon: resset/action.go); that it is for these two is inferred. */
const [SUSPEND, RESTART] = [machineNeed('suspend machines', 'C'), machineNeed('restart machines', 'C')];
const CORDON = machineNeed('cordon machines', 'C', 'w');
/** No source says which of the two Fly goes by. */
export const WRITE_METADATA = machineNeed('write metadata', 'C', 'w');
/** The command is checked for certain, the action beside it isn't known (superfly/macaroon: flyio/access.go). */
const RUN_COMMAND: Need = { ...machineNeed('run a command', 'C', 'w', 'r'), runs: true };

/** One row for each command, in the order of the README; its name is also its folder's. */
export const COMMANDS = {
  auth: {
    kind: 'session',
    needs: [],
  },
  inspect: {
    kind: 'token',
    needs: [],
  },
  list: {
    kind: 'reading',
    needs: [READ_MACHINES],
    keepsState: true,
    onlyLists: true,
  },
  wait: {
    kind: 'reading',
    needs: [READ_MACHINES],
  },
  start: {
    kind: 'transition',
    needs: [READ_MACHINES, START],
    restorable: true,
  },
  stop: {
    kind: 'transition',
    needs: [READ_MACHINES, STOP],
    restorable: true,
  },
  suspend: {
    kind: 'transition',
    needs: [READ_MACHINES, SUSPEND],
    restorable: true,
  },
  restart: {
    kind: 'transition',
    needs: [READ_MACHINES, RESTART],
  },
  cordon: {
    kind: 'transition',
    needs: [READ_MACHINES, CORDON],
    restorable: true,
    keepsState: true,
  },
  uncordon: {
    kind: 'transition',
    needs: [READ_MACHINES, CORDON],
    restorable: true,
    keepsState: true,
  },
  'stop-idle': {
    kind: 'choosing',
    needs: [READ_MACHINES, STOP],
  },
  hours: {
    kind: 'choosing',
    needs: [READ_MACHINES, WRITE_METADATA, START, STOP],
  },
  'warm-up': {
    kind: 'choosing',
    needs: [READ_MACHINES, START],
    restorable: true,
  },
  exec: {
    kind: 'change',
    needs: [READ_MACHINES, RUN_COMMAND],
    keepsState: true,
  },
  label: {
    kind: 'change',
    needs: [READ_MACHINES, WRITE_METADATA],
    keepsState: true,
  },
} as const satisfies Record<string, CommandRow>;

/** Name of a command, which is also its folder's. */
export type CommandName = keyof typeof COMMANDS;

/** Help on each command, for action.yml and the README. Apart from the rows, so that the bundle goes without. */
export const COMMAND_HELP: Readonly<Record<CommandName, string>> = {
  auth: "Open the job's session with Fly, so that later steps need no token.",
  inspect: 'Explain the token: what it is, what it may do on the app, until when, and what is missing.',
  list: 'Read machines and change nothing.',
  wait: 'Wait until the selected machines are in a state.',
  start: 'Start the selected machines.',
  stop: 'Stop the selected machines.',
  suspend: 'Suspend the selected machines, memory and all.',
  restart: 'Restart the selected machines, a few at a time.',
  cordon: "Take the selected machines out of the proxy's rotation.",
  uncordon: "Put the selected machines back into the proxy's rotation.",
  'stop-idle': 'Stop, or suspend, the machines that have been up and quiet for a while.',
  hours: 'Bring each machine to where its hours say it belongs now: up within them, down outside.',
  'warm-up': 'Start machines until so many of each app are ready to serve.',
  exec: 'Run a command in the selected machines.',
  label: 'Set or remove metadata of the selected machines.',
};

/** All else on a command, which stands behind its help in the README. */
export const MORE_COMMAND_HELP: Readonly<Partial<Record<CommandName, string>>> = {
  auth: 'Take the token once, and keep it usable for as long as the job runs.',
  inspect: 'Change nothing, and never show the token itself.',
  wait: 'Change nothing.',
  start: 'Wait until they have started.',
  stop: 'Wait until they have stopped.',
  suspend: 'Wait until they are suspended.',
  restart: 'Wait until each has started anew and its health checks pass; the first failure ends the step.',
  cordon: 'They go on running.',
  hours: 'What a person or another job woke or put down meanwhile stays as it is.',
  exec: 'An exit code other than 0 fails the step.',
  label: 'They are not restarted.',
};

/** Name of a command whose row is of this form. */
export type CommandOf<Row> = {
  [N in CommandName]: (typeof COMMANDS)[N] extends Row ? N : never;
}[CommandName];

/** Name of a command that works on machines. */
export type WorkingCommand = Exclude<CommandName, CommandOf<{ kind: 'session' | 'token' }>>;

/** All commands, in the table's order. */
// Object.keys forgets that the keys are the table's own.
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** Returns what is known of a command. */
export function rowOf(command: CommandName): CommandRow {
  return COMMANDS[command];
}

/** True for the names of commands that work on machines. */
export function isWorking(command: CommandName): command is WorkingCommand {
  return rowOf(command).needs.length > 0;
}

/** True for commands that leave something to undo, or may, at the job's end. */
export function leavesPost(command: CommandName): boolean {
  const { kind, restorable } = rowOf(command);
  return kind === 'session' || restorable === true;
}

/** Commands that work on machines, in the table's order. */
export const WORKING_COMMANDS = COMMAND_NAMES.filter(isWorking);

/** True for commands that change something, told or found out by themselves. */
export function changesSomething(command: CommandName): boolean {
  return ['transition', 'change', 'choosing'].includes(rowOf(command).kind);
}
