import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
import type { Environment } from './input-text.js';

/** The runner's files, by which a step hands on what it found. */
export interface Runner {
  setOutput(name: string, value: string): void;
  /** Kept for this step's own post step. */
  saveState(name: string, value: string): void;
  /** Sets a variable for every later step of the job. */
  exportVariable(name: string, value: string): void;
  appendSummary(markdown: string): void;
}

/**
 * Writes by way of the files that the environment names. Where there is none (outside of a runner), nothing is
 * written: the toolkit would print the value instead, secrets included.
 */
export function fileRunner(env: Environment): Runner {
  const has = (name: string) => (env[name] ?? '') !== '';
  return {
    setOutput: (name, value) => has('GITHUB_OUTPUT') && core.setOutput(name, value),
    saveState: (name, value) => has('GITHUB_STATE') && core.saveState(name, value),
    exportVariable: (name, value) => has('GITHUB_ENV') && core.exportVariable(name, value),
    appendSummary: (markdown) => {
      const path = env['GITHUB_STEP_SUMMARY'];
      if (path) appendFileSync(path, markdown);
    },
  };
}
