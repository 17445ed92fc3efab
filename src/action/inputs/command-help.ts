import type { CommandName } from './commands.js';

/** What a command's own action says of it. */
export interface CommandHelp {
  readonly does: string;
  /** Whether there may be something to undo at the job's end. */
  readonly post: boolean;
}

/** What each command does. For action.yml and the README; no step loads it. */
export const COMMAND_HELP: Readonly<Record<CommandName, CommandHelp>> = {
  auth: {
    does: "Open the job's session with Fly: take the token, acquire its discharges, and keep them fresh for every later step.",
    post: true,
  },
  inspect: {
    does: 'Explain the token and change nothing: what it is, what it may do on the app, until when, and what is missing; never the token itself.',
    post: false,
  },
  list: {
    does: 'Read machines and change nothing.',
    post: false,
  },
  start: {
    does: 'Start the selected machines and wait until they have started.',
    post: true,
  },
  stop: {
    does: 'Stop the selected machines and wait until they have stopped.',
    post: true,
  },
  suspend: {
    does: 'Suspend the selected machines, memory and all, and wait until they are suspended.',
    post: true,
  },
  restart: {
    does: 'Restart the selected machines and wait until each has started anew.',
    post: false,
  },
  wait: {
    does: 'Wait until the selected machines are in a state, and change nothing.',
    post: false,
  },
  cordon: {
    does: "Take the selected machines out of the proxy's rotation; they go on running.",
    post: true,
  },
  uncordon: {
    does: "Put the selected machines back into the proxy's rotation.",
    post: true,
  },
  'stop-idle': {
    does: 'Stop, or suspend, the machines that have been up and quiet for a while.',
    post: false,
  },
  'warm-up': {
    does: 'Start machines until so many of each app are ready to serve.',
    post: true,
  },
  exec: {
    does: 'Run a command in the selected machines; an exit code other than 0 fails the step.',
    post: false,
  },
};
