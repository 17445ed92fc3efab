import { type Command, KNOWN_COMMANDS, parseCommand } from '../runner/commands/commands.js';
import { createLineSplitter } from '../runner/commands/line-splitter.js';
import { type Log, runnerLog } from '../src/action/runner/log.js';
import { expect } from './expect.js';

/** The runner's own log, its printed lines, and the annotations that a person would read. */
export interface WatchedLog extends Log {
  /** Lines as printed, without masks. */
  readonly printed: string[];
  readonly annotations: { readonly level: string; readonly text: string }[];
}

/**
 * Creates a log that checks each call: it must print one line, which is the very command that it stands for.
 */
export function watchedLog(): WatchedLog {
  const printed: string[] = [];
  const annotations: { level: string; text: string }[] = [];
  const watch =
    <A extends readonly unknown[]>(name: string | undefined, say: (...args: A) => void) =>
    (...args: A): void => {
      const text = captured(() => say(...args));
      const command = onlyCommand(text, name);
      if (name !== 'add-mask') printed.push(text);
      if (command === undefined || !['error', 'warning', 'notice'].includes(command.name)) return;
      checkAnnotation(command);
      annotations.push({ level: command.name, text: command.data });
    };
  return {
    printed,
    annotations,
    debug: watch('debug', runnerLog.debug),
    info: watch(undefined, runnerLog.info),
    notice: watch('notice', runnerLog.notice),
    warning: watch('warning', runnerLog.warning),
    error: watch('error', runnerLog.error),
    mask: watch('add-mask', runnerLog.mask),
    startGroup: watch('group', runnerLog.startGroup),
    endGroup: watch('endgroup', runnerLog.endGroup),
  };
}

function captured(say: () => void): string {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  try {
    say();
  } finally {
    process.stdout.write = write;
  }
  return text;
}

function onlyCommand(text: string, name: string | undefined): Command | undefined {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  splitter.push(text);
  splitter.end();
  expect(lines.length === 1, () => `${name ?? 'info'} prints ${lines.length} lines: ${JSON.stringify(text)}`);
  const command = parseCommand(lines[0] ?? '', KNOWN_COMMANDS);
  expect(
    command?.name === name,
    () => `${name ?? 'info'} is obeyed as ${command?.name}: ${JSON.stringify(text)}`,
  );
  expect(!/^\s*##\[/.test(text), () => `a line would show as something else: ${JSON.stringify(text)}`);
  return command;
}

/** The log holds the lines of an annotation as well, and GitHub's page reads their beginnings. */
function checkAnnotation({ name, data, properties }: Command): void {
  const isPlain =
    data.split(/\r\n|\r|\n/).every((line) => !/^\s*(##\[|::)/.test(line)) && !data.includes('\r');
  expect(isPlain, () => `an annotation (${name}) holds a command: ${JSON.stringify(data)}`);
  expect(data.trim() !== '', () => `the annotation is empty (${name})`);
  const keys = [...properties.keys()].filter((key) => key !== 'title');
  expect(keys.length === 0, () => `an annotation has the properties ${keys.join(', ')}`);
  expect(!/[\r\n]/.test(properties.get('title') ?? ''), () => 'a title has several lines');
}
