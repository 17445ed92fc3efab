import { appendFileSync, closeSync, constants, openSync } from 'node:fs';
import * as core from '@actions/core';
import { ActionError } from '../../errors.js';
import { nodeFileSystem } from '../../files/file-system.js';
import { patiently } from '../../files/patience.js';
import type { Environment } from './environment.js';

/** A variable that names a file by which a step hands something on. */
export type RunnerFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_ENV';

/** Files of the runner by which a step hands on what it found. */
export interface Runner {
  setOutput(name: string, value: string): void;
  /** Keeps a value for this step's own post step. */
  saveState(name: string, value: string): void;
  /** Sets a variable for every later step of the job. */
  exportVariable(name: string, value: string): void;
  appendSummary(markdown: string): void;
  /** Returns why what is handed on by this file would be lost, such as `GITHUB_STATE is not set`; undefined where it isn't. */
  readonly lost?: (file: RunnerFile) => string | undefined;
}

/**
 * Writes by way of the files that the environment names. Where there is none (outside of a runner), nothing is
 * written: the toolkit would print the value instead, secrets included. What is refused for a moment is tried again. Throws
 * where a file that is named can't be written.
 */
export function fileRunner(env: Environment, pause = nodeFileSystem.pause): Runner {
  const write = (file: RunnerFile, by: () => void) => {
    if ((env[file] ?? '') === '') return;
    try {
      patiently(by, pause);
    } catch (error) {
      throw unwritten(file, error);
    }
  };
  return {
    setOutput: (name, value) => write('GITHUB_OUTPUT', () => core.setOutput(name, value)),
    saveState: (name, value) => write('GITHUB_STATE', () => core.saveState(name, value)),
    exportVariable: (name, value) => write('GITHUB_ENV', () => core.exportVariable(name, value)),
    appendSummary: (markdown) => {
      const path = env['GITHUB_STEP_SUMMARY'];
      if (path) patiently(() => appendFileSync(path, markdown), pause);
    },
    lost: (file) => lostIn(env[file], file, pause),
  };
}

/** Opens a file as the toolkit does to write: it makes none that isn't there. A pipe that nobody reads is refused, not waited for. */
function lostIn(path: string | undefined, file: RunnerFile, pause: (ms: number) => void): string | undefined {
  if (path === undefined || path === '') return `${file} is not set`;
  const { O_WRONLY, O_APPEND, O_NONBLOCK = 0 } = constants; // Windows has no O_NONBLOCK.
  try {
    closeSync(patiently(() => openSync(path, O_WRONLY | O_APPEND | O_NONBLOCK), pause));
    return undefined;
  } catch (error) {
    return `the file that ${file} names can't be written (${fileReason(error)})`;
  }
}

function unwritten(file: RunnerFile, error: unknown): ActionError {
  return new ActionError('internal', `The file that ${file} names can't be written: ${fileReason(error)}`, {
    hint: "This is the runner's place: is its disk full, or its temporary folder gone or another user's?",
    cause: error,
  });
}

function fileReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
