import { rfc3339 } from '../../emulator/clock.js';
import type { Fly } from '../../emulator/fly.js';
import { unlessAborted } from '../../src/abort.js';
import type { Deed } from '../script/script.js';
import type { Stage } from './stage.js';

/** Length of a deed that doesn't say it, in milliseconds. */
const USUAL_MS = 30_000;
/** Time between the updates of two machines of a rollout, in milliseconds. */
const UPDATE_MS = 900;

/** Does the deeds of others, each at its time, until all is over. Returns the places of those that came to nothing. */
export async function doDeeds(stage: Stage, over: AbortSignal): Promise<readonly number[]> {
  const { script, clock } = stage;
  const inVain = await Promise.all(
    script.others.map(async (deed, place) => {
      try {
        if (deed.after === undefined)
          await clock.sleep(Math.max(0, script.start + deed.at - clock.now()), over);
        else {
          await unlessAborted(over, stage.ends.reached(deed.after));
          await clock.sleep(deed.at, over);
        }
        const isDone = await DEEDS[deed.does](stage, deed, over);
        return isDone ? [] : [place];
      } catch (error) {
        if (over.aborted) return [place];
        throw error;
      }
    }),
  );
  return inVain.flat();
}

type Doer = (stage: Stage, deed: Deed, over: AbortSignal) => boolean | Promise<boolean>;

const BY = 'somebody';

const order =
  (name: Parameters<Fly['person']>[2]): Doer =>
  ({ fly }, { app, machine }) =>
    fly.person(app, machine, name, BY);

/** Deeds by their kinds; each returns true where it came to anything. */
const DEEDS: Readonly<Record<Deed['does'], Doer>> = {
  start: order('start'),
  stop: order('stop'),
  suspend: order('suspend'),
  cordon: order('cordon'),
  uncordon: order('uncordon'),
  'keep-alive': order({ set: 'keep-alive', value: 'true' }),
  'hold-until': ({ fly, clock }, { app, machine, forMs = USUAL_MS }) =>
    fly.person(app, machine, { set: 'keep-alive-until', value: rfc3339(clock.now() + forMs) }, BY),
  destroy: ({ fly }, { app, machine }) => fly.destroyMachine(app, machine, BY),
  visit: ({ fly }, { app, machine }) => fly.visitMachine(app, machine),
  crash: ({ fly }, { app, machine }) => fly.endMachine(app, machine, { exitCode: 1 }),
  'out-of-memory': ({ fly }, { app, machine }) => fly.endMachine(app, machine, { oom: true }),
  end: ({ fly }, { app, machine }) => fly.endMachine(app, machine),
  lease: ({ fly }, { app, machine, forMs = USUAL_MS }) =>
    fly.takeLease(app, machine, { by: BY, ttlS: Math.ceil(forMs / 1_000) }) !== undefined,
  'host-start': ({ fly }, { app, machine }) => fly.startByHost(app, machine),
  label: ({ fly }, { app, machine, label }) =>
    label !== undefined && fly.person(app, machine, { set: label.key, value: label.value }, BY),
  deploy,
  update,
  rollout,
};

/** Gives a machine a new version, with the metadata that it had a while before. */
async function update(
  { fly, clock }: Stage,
  { app, machine, forMs = USUAL_MS }: Deed,
  over: AbortSignal,
): Promise<boolean> {
  const { metadata = {} } = fly.machine(app, machine).config;
  await clock.sleep(forMs, over);
  return fly.replaceMachine(app, machine, { by: 'deploy', metadata });
}

/** Deploys a whole app, one machine after another, each with what was read of it at the begin. */
async function rollout(
  { fly, clock, script }: Stage,
  { app, forMs = USUAL_MS }: Deed,
  over: AbortSignal,
): Promise<boolean> {
  const machines = script.apps.find(({ name }) => name === app)?.machines ?? [];
  const under = fly.beginDeploy(app, { by: 'deploy' });
  await clock.sleep(forMs, over);
  let done = 0;
  for (const { id } of machines) {
    if (under.update(id)) done += 1;
    await clock.sleep(UPDATE_MS, over);
  }
  return done > 0;
}

/** Deploys one machine as Fly's own client does: under a lease, and with the metadata that it read when it began. */
async function deploy(
  { fly, clock }: Stage,
  { app, machine, forMs = USUAL_MS }: Deed,
  over: AbortSignal,
): Promise<boolean> {
  const { metadata = {} } = fly.machine(app, machine).config;
  const nonce = fly.takeLease(app, machine, { by: 'deploy', ttlS: Math.ceil(forMs / 1_000) + 10 });
  if (nonce === undefined) return false;
  await clock.sleep(forMs / 2, over);
  const isDone = fly.replaceMachine(app, machine, { by: 'deploy', metadata });
  await clock.sleep(forMs / 2, over);
  fly.releaseLease(app, machine, nonce, 'deploy');
  return isDone;
}
