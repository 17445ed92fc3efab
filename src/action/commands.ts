/** The commands: their names, which are also their folders', and what they do. Whoever opens something gets a post step. */
export const COMMANDS = {
  auth: {
    title: 'Fly machines: auth',
    does: "Open the job's session with Fly: take the token, acquire its discharges, and keep them fresh for every later step.",
    post: true,
  },
  list: {
    title: 'Fly machines: list',
    does: 'Read the machines of an app and change nothing.',
    post: false,
  },
  start: {
    title: 'Fly machines: start',
    does: 'Start the selected machines and wait until they have started.',
    post: false,
  },
  stop: {
    title: 'Fly machines: stop',
    does: 'Stop the selected machines and wait until they have stopped.',
    post: false,
  },
} as const;

/** Name of a command, which is also its folder's. */
export type CommandName = keyof typeof COMMANDS;

/** All commands, in the table's order. */
// Object.keys forgets that the keys are the table's own.
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** Names of the values that a step hands to its own post step. */
export const STATE = { session: 'session' } as const;
