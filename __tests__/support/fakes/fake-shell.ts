import type { Log } from '../../../src/action/runner/log.js';
import type { Runner } from '../../../src/action/runner/runner.js';

export type Level = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'group';

export interface FakeLog extends Log {
  readonly lines: { readonly level: Level; readonly text: string; readonly title?: string | undefined }[];
  readonly masks: string[];
  /** The texts of one level. */
  readonly said: (level: Level) => string[];
}

/** A log that keeps what it is told. */
export function fakeLog(): FakeLog {
  const lines: { level: Level; text: string; title?: string | undefined }[] = [];
  const masks: string[] = [];
  const keep = (level: Level) => (text: string, title?: string) => void lines.push({ level, text, title });
  return {
    lines,
    masks,
    said: (level) => lines.filter((it) => it.level === level).map(({ text }) => text),
    debug: keep('debug'),
    info: keep('info'),
    notice: keep('notice'),
    warning: keep('warning'),
    error: keep('error'),
    mask: (secret) => void masks.push(secret),
    startGroup: keep('group'),
    endGroup: () => undefined,
  };
}

export interface FakeRunner extends Runner {
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly exported: Record<string, string>;
  readonly summaries: string[];
}

/** A runner that keeps what it is handed. */
export function fakeRunner(): FakeRunner {
  const outputs: Record<string, string> = {};
  const state: Record<string, string> = {};
  const exported: Record<string, string> = {};
  const summaries: string[] = [];
  return {
    outputs,
    state,
    exported,
    summaries,
    setOutput: (name, value) => {
      outputs[name] = value;
    },
    saveState: (name, value) => {
      state[name] = value;
    },
    exportVariable: (name, value) => {
      exported[name] = value;
    },
    appendSummary: (markdown) => void summaries.push(markdown),
  };
}
