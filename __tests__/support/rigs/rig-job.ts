import type { PostShell } from '../../../src/action/post/post-shell.js';
import type { Shell } from '../../../src/action/step/step.js';
import type { CommandName } from '../../../src/command-table.js';
import { fakeRunner } from '../fakes/fake-shell.js';
import { type PostRun, runPost } from './post-run.js';
import { passed } from './step-inputs.js';
import type { StepRig, StepRun } from './step-rig.js';

/** A job as a runner has it: what its steps export is in the environment of later ones, and of posts. */
export interface RigJob {
  /** What its steps have exported so far. */
  readonly exported: Readonly<Record<string, string>>;
  step(
    command: CommandName,
    inputs?: Readonly<Record<string, string>>,
    changes?: Partial<Shell>,
  ): Promise<StepRun>;
  post(of: Pick<StepRun, 'runner'>, changes?: Partial<PostShell>): Promise<PostRun>;
}

/** The numbers of a job. */
export const NUMBERS = {
  GITHUB_REPOSITORY: 'octocat/shop',
  GITHUB_RUN_ID: '7',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'test',
};

/** The same, and a file by which variables are handed on. */
export const RUN = { ...NUMBERS, GITHUB_ENV: '/runner/set_env' };

/** A job that shares its folder with all others of the rig. */
export function jobOf(rig: StepRig, env: Readonly<Record<string, string>> = RUN): RigJob {
  const exported: Record<string, string> = {};
  return {
    exported,
    async step(command, inputs = {}, changes = {}) {
      const runner = fakeRunner();
      const handing = {
        ...runner,
        exportVariable: (name: string, value: string) => void Object.assign(exported, { [name]: value }),
      };
      const its = { ...passed(command, inputs), ...env, ...exported, ...changes.env };
      const { succeeded, log } = await rig.step(command, inputs, { runner: handing, ...changes, env: its });
      return { succeeded, log, runner };
    },
    post: (of, changes = {}) => runPost(rig, of, changes, { ...env, ...exported }),
  };
}
