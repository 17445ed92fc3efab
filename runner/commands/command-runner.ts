import type { Masker } from '../log/masker.js';
import type { StepLog } from '../log/step-log.js';
import { type Command, KNOWN_COMMANDS, parseCommand } from './commands.js';

/**
 * A command runner: obeys the workflow commands in the output of one step, and passes the rest on to the log.
 */
export interface CommandRunner {
  /** Takes one line of standard output or standard error, in the order of arrival. */
  line(text: string): void;
  /** Commands that it obeyed. */
  readonly commands: readonly Command[];
  /** Outputs set by the old command `set-output`. */
  readonly outputs: ReadonlyMap<string, string>;
  /** State set by the old command `save-state`. */
  readonly state: ReadonlyMap<string, string>;
  /** True if a command could not be obeyed, which fails the step whatever its exit code. */
  readonly failed: boolean;
}

/**
 * Creates the command runner of one step. Not modelled: problem matchers, the `ACTIONS_ALLOW_UNSECURE_…`
 * switches.
 */
export function createCommandRunner(options: {
  readonly log: StepLog;
  readonly masker: Masker;
  readonly debug: boolean;
}): CommandRunner {
  const { log, masker } = options;
  const commands: Command[] = [];
  const outputs = new Map<string, string>();
  const state = new Map<string, string>();
  let echo = options.debug;
  let stopToken: string | undefined;
  let failed = false;

  const refuse = (shown: string, reason: string) => {
    log.annotate('error', `Unable to process command '${shown}' successfully.`);
    log.annotate('error', reason);
    failed = true;
  };

  const setNamed = (target: Map<string, string>, command: Command, text: string) => {
    const name = command.properties.get('name');
    if (name === undefined)
      return refuse(text, `Required field 'name' is missing in ##[${command.name}] command.`);
    log.annotate('warning', `The \`${command.name}\` command is deprecated and will be disabled soon.`);
    target.set(name, command.data);
  };

  const stop = (token: string, text: string) => {
    const clean = token.toLowerCase();
    if (clean === '' || clean === 'pause-logging' || KNOWN_COMMANDS.has(clean)) {
      return refuse(text, 'The end token must not be empty, pause-logging, or another workflow command.');
    }
    stopToken = clean;
    // Masking a short token would hide too much of the log.
    if (token.length > 6) masker.add(token);
    log.output(text);
  };

  const setEcho = (value: string, text: string) => {
    const wanted = value.trim().toLowerCase();
    if (wanted === 'on' || wanted === 'off') echo = wanted === 'on';
    else refuse(text, `Invalid echo command value: '${value}'. Possible values can be: 'on', 'off'.`);
  };

  const mask = (value: string) => {
    if (value.trim() === '') {
      return log.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
    }
    if (echo) log.output('::add-mask::***');
    masker.add(value);
  };

  const obey = (command: Command, text: string) => {
    if (echo && !NEVER_ECHOED.has(command.name)) log.output(text);
    switch (command.name) {
      case 'add-mask':
        return mask(command.data);
      case 'error':
      case 'warning':
      case 'notice':
        return log.annotate(command.name, command.data, command.properties);
      case 'debug':
        return log.debug(command.data);
      case 'group':
        return log.output(`##[group]${command.data}`);
      case 'endgroup':
        return log.output('##[endgroup]');
      case 'echo':
        return setEcho(command.data, text);
      case 'set-output':
        return setNamed(outputs, command, text);
      case 'save-state':
        return setNamed(state, command, text);
      case 'set-env':
      case 'add-path':
        return refuse(text, `The \`${command.name}\` command is disabled.`);
      case 'stop-commands':
        return stop(command.data, text);
    }
  };

  return {
    commands,
    outputs,
    state,
    get failed() {
      return failed;
    },
    line(text) {
      const known = stopToken === undefined ? KNOWN_COMMANDS : new Set([...KNOWN_COMMANDS, stopToken]);
      const command = parseCommand(text, known);
      if (command === undefined) return log.output(text);
      if (stopToken !== undefined) {
        if (command.name === stopToken) stopToken = undefined;
        return log.output(text);
      }
      commands.push(command);
      obey(command, text);
    },
  };
}

/**
 * Commands that are never echoed, because their data would appear twice or must not appear. `stop-commands`
 * always echoes itself.
 */
const NEVER_ECHOED: ReadonlySet<string> = new Set([
  'add-mask',
  'debug',
  'error',
  'notice',
  'stop-commands',
  'warning',
]);
