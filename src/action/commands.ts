/** The commands: their names, which are also their folders', and what they do. Whoever opens something gets a post step. */
export const COMMANDS = {
  auth: {
    title: 'Fly machines: auth',
    does: "Open the job's session with Fly: take the token, acquire its discharges, and keep them fresh for every later step.",
    post: true,
  },
  list: {
    title: 'Fly machines: list',
    does: 'Read machines and change nothing.',
    post: false,
  },
  start: {
    title: 'Fly machines: start',
    does: 'Start the selected machines and wait until they have started.',
    post: true,
  },
  stop: {
    title: 'Fly machines: stop',
    does: 'Stop the selected machines and wait until they have stopped.',
    post: true,
  },
  suspend: {
    title: 'Fly machines: suspend',
    does: 'Suspend the selected machines, memory and all, and wait until they are suspended.',
    post: true,
  },
  restart: {
    title: 'Fly machines: restart',
    does: 'Restart the selected machines and wait until each has started anew.',
    post: false,
  },
  wait: {
    title: 'Fly machines: wait',
    does: 'Wait until the selected machines are in a state, and change nothing.',
    post: false,
  },
  cordon: {
    title: 'Fly machines: cordon',
    does: "Take the selected machines out of the proxy's rotation; they go on running.",
    post: true,
  },
  uncordon: {
    title: 'Fly machines: uncordon',
    does: "Put the selected machines back into the proxy's rotation.",
    post: true,
  },
  'stop-idle': {
    title: 'Fly machines: stop-idle',
    does: 'Stop, or suspend, the machines that have been up and quiet for a while.',
    post: false,
  },
  'warm-up': {
    title: 'Fly machines: warm-up',
    does: 'Start machines until so many of each app are ready to serve.',
    post: true,
  },
  exec: {
    title: 'Fly machines: exec',
    does: 'Run a command in the selected machines; an exit code other than 0 fails the step.',
    post: false,
  },
} as const;

/** Name of a command, which is also its folder's. */
export type CommandName = keyof typeof COMMANDS;

/** All commands, in the table's order. */
// Object.keys forgets that the keys are the table's own.
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** Names of the values that a step hands to its own post step. */
export const STATE = { session: 'session', restore: 'restore' } as const;
