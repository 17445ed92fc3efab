import type { PostShell } from '../../../src/action/post/post-shell.js';
import { post } from '../../../src/action/post.js';
import { Seal } from '../../../src/files/seal.js';
import { type FakeLog, type FakeRunner, fakeLog, fakeRunner } from '../fakes/fake-shell.js';
import { flyTransport } from '../fakes/fly-transport.js';
import type { StepRig, StepRun } from './step-rig.js';

export interface PostRun {
  readonly log: FakeLog;
  readonly runner: FakeRunner;
}

/** Runs a post with the state that a step has left, in an environment that has no more than that unless it is given. */
export async function runPost(
  rig: StepRig,
  { runner }: Pick<StepRun, 'runner'>,
  changes: Partial<PostShell> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<PostRun> {
  const state = Object.entries(runner.state).map(([name, value]) => [`STATE_${name}`, value]);
  const log = fakeLog();
  const postRunner = fakeRunner();
  const shell: PostShell = {
    env: { ...Object.fromEntries(state), ...env },
    log,
    runner: postRunner,
    clock: rig.clock,
    transport: flyTransport(rig.fly),
    jitter: () => 0,
    cancelled: new AbortController().signal,
    temp: rig.temp,
    ...changes,
  };
  await rig.clock.run(post(shell));
  return { log, runner: postRunner };
}

const KEY = 'a5'.repeat(32);

/** State as a step leaves it, in the environment of its post: what is given under the names that it has there. */
export function leftBy(state: Readonly<Record<string, string>>): Record<string, string> {
  const seal = new Seal(KEY);
  const signed = Object.entries(state).map(([name, value]) => [
    name,
    value === '' ? value : seal.sealed(`state ${name.replace('STATE_', '')}`, value),
  ]);
  return { STATE_key: `step ${KEY}`, ...Object.fromEntries(signed) };
}
