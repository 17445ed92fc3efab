import type { Fly } from '../../../emulator/fly.js';
import type { FlyRequest } from '../../../emulator/http.js';
import type { StepOptions } from '../../../runner/job-options.js';
import type { AnnotationLevel } from '../../../runner/log/step-log.js';
import type { StepResult } from '../../../runner/step-result.js';
import { COMMAND_NAMES } from '../../../src/command-table.js';
import type { FakeLog } from '../fakes/fake-shell.js';
import { createStepRig } from '../rigs/step-rig.js';
import { QUICK, type ScenarioOptions, usualApp } from './scenario.js';

/** What a step in this process leaves; what only a process has is not there. */
export type InnerResult = Pick<
  StepResult,
  'conclusion' | 'stderr' | 'outputs' | 'annotations' | 'log' | 'summary'
>;

/** A scenario without processes: the same Fly, and a job whose steps run in this process and in virtual time. */
export interface InnerScenario {
  readonly fly: Fly;
  readonly arrivals: readonly FlyRequest[];
  readonly job: { step(options: Pick<StepOptions, 'uses' | 'with'>): Promise<InnerResult> };
}

export type OpenInner = (options?: Pick<ScenarioOptions, 'apps' | 'settings' | 'faults'>) => InnerScenario;

/**
 * Describes a theme without processes, for scenarios that ask what the action answers to inputs, tokens and choices: a
 * hundredth of a process's time for the same case. That the bundle says the same is what `onOneNode` and `onEachNode` try.
 */
export function inThisProcess(theme: string, scenarios: (open: OpenInner) => void): void {
  describe(theme, () => {
    const ends: (() => void)[] = [];
    afterAll(() => {
      for (const end of ends.splice(0)) end();
    });
    scenarios(({ apps = [usualApp()], settings = {}, faults = [] } = {}) => {
      const rig = createStepRig({ apps, settings: { ...QUICK, ...settings }, faults });
      ends.push(rig.end);
      const arrivals: FlyRequest[] = [];
      const { handle } = rig.fly;
      rig.fly.handle = (request, signal) => {
        arrivals.push(request);
        return handle(request, signal);
      };
      return {
        fly: rig.fly,
        arrivals,
        job: {
          async step({ uses, with: given = {} }) {
            const command = COMMAND_NAMES.find((it) => uses === `./${it}`);
            const inputs = Object.entries(given).map(([name, value]) => [name, String(value)]);
            const { succeeded, log, runner } = await rig.step(command, Object.fromEntries(inputs));
            return {
              conclusion: succeeded ? 'success' : 'failure',
              stderr: '',
              outputs: runner.outputs,
              annotations: annotationsOf(log),
              log: log.lines.map(({ text }) => ({ kind: 'text', text })),
              summary: runner.summaries.join(''),
            };
          },
        },
      };
    });
  });
}

function annotationsOf({ lines }: FakeLog): InnerResult['annotations'] {
  const levels: readonly string[] = ['error', 'warning', 'notice'] satisfies AnnotationLevel[];
  return lines
    .filter(({ level }) => levels.includes(level))
    .map(({ level, text, title }) => ({
      level: level as AnnotationLevel, // One of these three.
      message: text,
      ...(title !== undefined && { title }),
      properties: {},
    }));
}
