import type { Exchange } from '../../emulator/exchange.js';
import { createFly } from '../../emulator/fly.js';
import { seededRandom } from '../../emulator/random.js';
import { createVirtualClock } from '../../emulator/virtual-clock.js';
import { Dice } from '../../fuzz/dice.js';
import { forManyListeners } from '../../src/clock.js';
import type { History, MetByRequest, ProcessRun } from '../history/history.js';
import { createNetwork } from '../host/network.js';
import { createRunnerHost, leftFiles, type RunnerHost } from '../host/runner-host.js';
import type { Script, ScriptJob } from '../script/script.js';
import { faultFinder } from './find-fault.js';
import { appSpecs, fleetOf } from './fleet.js';
import { doDeeds } from './others.js';
import { playJob } from './play-job.js';
import { changeMoods } from './play-moods.js';
import { proxyAnswer } from './probe.js';
import { Milestones, type Stage } from './stage.js';
import { mintTokens } from './tokens.js';

/** Milliseconds that the world goes on after the last job, so that what was begun comes to its end. */
const AFTERMATH_MS = 60_000;
/** Looks at work that neither goes on nor sleeps before it counts as hung. */
const PATIENCE = 50;

/**
 * Plays a script in virtual time and returns all that happened. The same script always has the same history. `keep` returns what
 * is kept of an exchange: all of it unless told.
 */
export async function play(
  script: Script,
  keep: (exchange: Exchange) => Exchange = (it) => it,
): Promise<History> {
  const clock = createVirtualClock(script.start, PATIENCE);
  const diceOf = (name: string) => new Dice(script.seed, name);
  const runners = new Map<string, RunnerHost>();
  const runs: ProcessRun[] = [];
  const exchanges: History['exchanges'][number][] = [];
  const happenings: History['happenings'][number][] = [];
  const faults: MetByRequest[] = [];
  const findFault = faultFinder(script, {
    now: clock.now,
    dice: diceOf('weather'),
    onMet: (met) => void faults.push(met),
  });
  const network = createNetwork(() => fly, {
    clock,
    dice: diceOf('network'),
    draw: (request) => findFault(request) ?? proxyAnswer(fly, request),
  });
  const fly = createFly({
    clock,
    random: seededRandom(script.seed),
    settings: script.settings,
    apps: appSpecs(script),
    faultOf: network.faultOf,
    onExchange: (exchange) => void exchanges.push(keep(exchange)),
    onHappening: (happening) => void happenings.push(happening),
  });
  // The emulator keeps a log for people, which nobody reads here.
  const fleet = fleetOf(script, fly);
  const tokens = mintTokens(script, fly);
  const stage: Stage = {
    script,
    clock,
    fly,
    network,
    tokens,
    diceOf,
    runs,
    ends: new Milestones(),
    runner(name) {
      const runner = runners.get(name) ?? createRunnerHost(name);
      runners.set(name, runner);
      return runner;
    },
  };
  const over = new AbortController();
  const signal = forManyListeners(over.signal);
  const playAll = async () => {
    const jobs = await Promise.all(inTurn(script.jobs, (job) => playJob(stage, job)));
    over.abort();
    await clock.sleep(AFTERMATH_MS);
    return jobs;
  };
  const [jobs, refusedDeeds] = await clock.run(
    Promise.all([playAll(), doDeeds(stage, signal), changeMoods(stage, signal)]),
  );
  for (const { name } of script.apps) fly.machines(name);
  return {
    fleet,
    exchanges,
    happenings,
    runs: runs.toSorted((a, b) => a.startedAt - b.startedAt),
    jobs,
    refusedDeeds,
    faults,
    tokens,
    left: Object.fromEntries([...runners].map(([name, runner]) => [name, leftFiles(runner)])),
    endedAt: clock.now(),
  };
}

/** Begins all jobs, but each only when those before it on its runner are over: a runner has one job at a time. */
function inTurn<T>(jobs: readonly ScriptJob[], begin: (job: ScriptJob) => Promise<T>): Promise<T>[] {
  const last = new Map<string, Promise<T>>();
  return jobs.map((job) => {
    const before = last.get(job.runner);
    const run = before === undefined ? begin(job) : before.then(() => begin(job));
    last.set(job.runner, run);
    return run;
  });
}
