import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFly, type Fly, type FlyOptions } from '../../../emulator/fly.js';
import { seededRandom } from '../../../emulator/random.js';
import { createVirtualClock, type VirtualClock } from '../../../emulator/virtual-clock.js';
import { run } from '../../../src/action/run.js';
import type { Shell } from '../../../src/action/step/step.js';
import type { CommandName } from '../../../src/command-table.js';
import type { Transport } from '../../../src/http/transport.js';
import { judging } from '../documents/judging.js';
import { type FakeLog, type FakeRunner, fakeLog, fakeRunner } from '../fakes/fake-shell.js';
import { flyTransport } from '../fakes/fly-transport.js';
import { LeakNet } from './leak-net.js';
import { passed } from './step-inputs.js';

export interface StepRun {
  readonly succeeded: boolean;
  readonly log: FakeLog;
  readonly runner: FakeRunner;
}

/**
 * A job whose steps run in this process and in virtual time, in front of an emulator. A step rejects that gives a secret away, or
 * shows a fault by Fly's own document.
 */
export interface StepRig {
  readonly fly: Fly;
  readonly clock: VirtualClock;
  /** The job's RUNNER_TEMP. */
  readonly temp: string;
  /** What was sent, with the address that it was sent to: `GET https://api.machines.dev/v1/…`. */
  readonly sent: string[];
  /** Runs a step of a folder action, or with `undefined` of the root action. */
  step(
    command: CommandName | undefined,
    inputs?: Readonly<Record<string, string>>,
    changes?: Partial<Shell>,
  ): Promise<StepRun>;
  end(): void;
}

/** Creates a job with `my-app`, whose machines are given. */
export function createStepRig(
  options: Partial<FlyOptions> & { readonly machines?: NonNullable<FlyOptions['apps']>[0]['machines'] } = {},
): StepRig {
  const { machines = [], ...others } = options;
  const clock = createVirtualClock();
  const apps = [{ name: 'my-app', machines }];
  const faults: string[] = [];
  const fly = createFly(judging({ clock, random: seededRandom(5), apps, ...others }, faults));
  const temp = mkdtempSync(join(tmpdir(), 'step-rig-'));
  const sent: string[] = [];
  const inner = flyTransport(fly);
  const net = new LeakNet();
  const transport: Transport = async (request) => {
    sent.push(`${request.method} ${request.url.href}`);
    net.sent(request);
    const answer = await inner(request);
    net.answered(answer);
    return answer;
  };
  let files = 0;
  return {
    fly,
    clock,
    temp,
    sent,
    async step(command, inputs = {}, changes = {}) {
      const log = fakeLog();
      const runner = fakeRunner();
      const shell: Shell = {
        env: passed(command, inputs),
        log,
        runner,
        clock,
        transport,
        jitter: () => 0,
        unique: () => String(++files),
        cancelled: new AbortController().signal,
        temp,
        scratch: temp,
        flyToml: () => undefined,
        ...changes,
      };
      net.given(shell.env);
      const succeeded = await clock.run(run(command, shell));
      const { outputs: all, state, summaries } = runner;
      const { token, ...outputs } = all;
      const left = JSON.stringify([inputs['export-token'] === undefined ? all : outputs, state, summaries]);
      net.expectNoneIn({ 'the log': JSON.stringify(log.lines), 'what it left': left });
      if (faults.length > 0) throw new Error(`Not as Fly's document says: ${faults.splice(0).join('\n')}`);
      return { succeeded, log, runner };
    },
    end: () => rmSync(temp, { recursive: true }),
  };
}
