import { type CommandRunner, createCommandRunner } from './commands/command-runner.js';
import { createFileCommands, type Pairs, parsePairs, readFileCommand } from './commands/file-commands.js';
import { createLineSplitter } from './commands/line-splitter.js';
import { readSummary } from './commands/summary.js';
import type { Masker } from './log/masker.js';
import { createStepLog, type LogLine, type StepLog } from './log/step-log.js';
import { type CancelTimes, runProcess } from './process.js';
import type { Stage, StepResult, Variables } from './step-result.js';

/** A run of one entry of an action, ready to start. */
export interface StepRun {
  readonly id: string;
  readonly stage: Stage;
  readonly name: string;
  readonly script: string;
  readonly node: string;
  readonly cwd: string;
  readonly temp: string;
  /** Environment without the file commands. */
  readonly env: Variables;
  readonly state: Variables;
  readonly details: readonly string[];
  readonly warnings: readonly string[];
  readonly masker: Masker;
  readonly debug: boolean;
  readonly cancel: AbortSignal;
  readonly kill: AbortSignal | undefined;
  readonly deafen: AbortSignal | undefined;
  readonly times: CancelTimes;
  readonly windowsFiles: boolean;
  readonly onLine: ((line: LogLine) => void) | undefined;
}

/**
 * Runs one entry in a process of its own and reads back what it left. Never rejects because of what the action
 * does.
 */
export async function runStep(run: StepRun): Promise<StepResult> {
  const { masker, debug } = run;
  const log = createStepLog({ masker, debug, onLine: run.onLine });
  const details = run.details.map((line) => masker.mask(line));
  for (const warning of run.warnings) log.annotate('warning', warning);

  const files = createFileCommands(run.temp);
  const commands = createCommandRunner({ log, masker, debug });
  const ended = await runEntry(run, { ...run.env, ...files.variables }, commands);
  const cancelled = run.cancel.aborted;
  if (cancelled) log.annotate('error', 'The operation was canceled.');
  else if (ended.problem !== undefined) log.annotate('error', ended.problem);

  const outputs = readPairs('output', files.paths.output, run, log);
  const state = readPairs('state', files.paths.state, run, log);
  const env = readPairs('env', files.paths.env, run, log);
  const badFile = [outputs, state, env].some((file) => file.problem !== undefined);
  const failed = ended.exitCode !== 0 || commands.failed || badFile;

  return {
    id: run.id,
    stage: run.stage,
    name: masker.mask(run.name),
    conclusion: cancelled ? 'cancelled' : failed ? 'failure' : 'success',
    exitCode: ended.exitCode,
    stdout: ended.stdout,
    stderr: ended.stderr,
    details,
    summary: readSummary(files.paths.step_summary, masker, log),
    outputs: Object.fromEntries([...commands.outputs, ...outputs.pairs]),
    state: { ...run.state, ...Object.fromEntries([...commands.state, ...state.pairs]) },
    env: allowedEnv(env.pairs, log),
    paths: readFileCommand(files.paths.path)
      .split(/\r\n|\r|\n/)
      .filter((path) => path !== ''),
    log: log.lines,
    annotations: log.annotations,
    commands: commands.commands,
  };
}

interface ProcessEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly problem?: string;
}

async function runEntry(run: StepRun, env: Variables, commands: CommandRunner): Promise<ProcessEnd> {
  const raw = { stdout: '', stderr: '' };
  const splitters = {
    stdout: createLineSplitter(commands.line),
    stderr: createLineSplitter(commands.line),
  };
  const take = (stream: 'stdout' | 'stderr') => (text: string) => {
    raw[stream] += text;
    splitters[stream].push(text);
  };
  try {
    const exitCode = await runProcess({
      file: run.node,
      args: [run.script],
      cwd: run.cwd,
      env,
      onStdout: take('stdout'),
      onStderr: take('stderr'),
      cancel: run.cancel,
      kill: run.kill,
      deafen: run.deafen,
      times: run.times,
    });
    splitters.stdout.end();
    splitters.stderr.end();
    return { ...raw, exitCode };
  } catch (error) {
    return { ...raw, exitCode: -1, problem: error instanceof Error ? error.message : String(error) };
  }
}

function readPairs(name: string, path: string, { windowsFiles: windows }: StepRun, log: StepLog): Pairs {
  const read = parsePairs(readFileCommand(path), { windows });
  if (read.problem !== undefined) {
    log.annotate('error', `Unable to process file command '${name}' successfully.`);
    log.annotate('error', read.problem);
  }
  return read;
}

function allowedEnv(pairs: Pairs['pairs'], log: StepLog): Variables {
  const blocked = (name: string) => name.toUpperCase() === 'NODE_OPTIONS';
  if ([...pairs.keys()].some(blocked)) {
    log.annotate('error', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  }
  return Object.fromEntries([...pairs].filter(([name]) => !blocked(name)));
}
