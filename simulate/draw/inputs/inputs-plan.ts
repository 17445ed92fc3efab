import type { CommandName } from '../../../src/command-table.js';
import type { ScriptApp } from '../../script/script.js';
import type { Features } from '../features.js';

/** Inputs by name, as a workflow gives them. */
export type Given = Readonly<Record<string, string>>;

/** Circumstances of one step. */
export interface InputsPlan {
  readonly features: Features;
  readonly command: CommandName;
  /** Apps that the step is about. */
  readonly apps: readonly ScriptApp[];
  /** True where the step is about all apps of an organization. */
  readonly isSweeping: boolean;
}
