import { createVirtualClock } from '../../../../emulator/virtual-clock.js';
import { forManyListeners } from '../../../../src/clock.js';
import { MachinesClient } from '../../../../src/machines/api/client.js';
import { answer, type Scripted, scripted } from '../../../support/fakes/scripted-transport.js';
import { changes } from '../../../support/rigs/changes.js';
import { APP } from '../../../support/rigs/machines-rig.js';

const NEVER = forManyListeners(new AbortController().signal);
/** Time that a discharge lives and a request takes, in milliseconds. */
const TURN = 20_000;
const ref = (id: string) => ({ app: APP, id });

/** A client whose token has another discharge each turn, and whose requests take one. */
function createRig(...script: readonly Scripted[]) {
  return createRigWith({ refreshMs: 0, isLate: false }, ...script);
}

/** The same, with a refresh that takes so long: when a call has its place, or `isLate`, once it has looked. */
function createRigWith(
  { refreshMs, isLate }: { readonly refreshMs: number; readonly isLate: boolean },
  ...script: readonly Scripted[]
) {
  const clock = createVirtualClock();
  const start = clock.now();
  const { transport, requests } = scripted(...script);
  const renewals: string[] = [];
  const times: number[] = [];
  let asked = 0;
  const client = new MachinesClient({
    apiUrl: new URL('https://api.machines.dev'),
    transport: async (request) => {
      times.push(clock.now());
      const told = await transport(request);
      await clock.sleep(TURN, request.signal);
      return told;
    },
    tokens: {
      header: async () => {
        asked += 1;
        if (refreshMs > 0 && asked === (isLate ? 3 : 2)) await clock.sleep(refreshMs);
        return `turn ${Math.floor((clock.now() - start) / TURN)}`;
      },
      renew: async (refused) => {
        renewals.push(refused);
        return 'renewed';
      },
    },
    clock,
    jitter: () => 0,
    debug: () => undefined,
    maxConcurrent: 1,
  });
  const sent = () => requests.map(({ headers }) => headers['authorization']);
  return { clock, client, sent, renewals, at: () => times };
}

const DONE = answer(200, { ok: true });

describe('when a call waits before it is sent', () => {
  it('bears the token of the time when it goes out, after others had its place', async () => {
    const { clock, client, sent } = createRig(DONE, DONE, DONE);
    const cordon = (id: string) => changes(client).cordon(ref(id), {}, NEVER);
    await clock.run(Promise.all(['m0', 'm1', 'm2'].map(cordon)));
    expect(sent()).toEqual(['turn 0', 'turn 1', 'turn 2']);
  });

  it('bears it after a pause that Fly asked for, too', async () => {
    const { clock, client, sent } = createRig(answer(429, {}, { 'retry-after': '600' }), DONE);
    await clock.run(changes(client).cordon(ref('m0'), {}, NEVER));
    expect(sent()).toEqual(['turn 0', 'turn 31']);
  });

  it('bears it after what was to be looked at before', async () => {
    const { clock, client, sent } = createRig(DONE);
    const before = [() => clock.sleep(5 * TURN)];
    await clock.run(changes(client).cordon(ref('m0'), { before }, NEVER));
    // It was looked at again, since the token had changed meanwhile, and then sent all the same.
    expect(sent()).toEqual(['turn 10']);
  });

  it('looks once the token is there, right before the request', async () => {
    const { clock, client, at } = createRigWith({ refreshMs: 5_000, isLate: false }, DONE);
    let looked = 0;
    const before = [
      () => {
        looked = clock.now();
      },
    ];
    await clock.run(changes(client).cordon(ref('m0'), { before }, NEVER));
    expect(at()).toEqual([looked]);
  });

  it('looks again where the token had to be refreshed since the look', async () => {
    const { clock, client, at } = createRigWith({ refreshMs: TURN, isLate: true }, DONE);
    const looked: number[] = [];
    const before = [() => void looked.push(clock.now())];
    await clock.run(changes(client).cordon(ref('m0'), { before }, NEVER));
    expect(looked).toHaveLength(2);
    expect(at()).toEqual(looked.slice(1));
  });

  it('sends nothing where something has come to speak against it during that refresh', async () => {
    const { clock, client, at } = createRigWith({ refreshMs: TURN, isLate: true }, DONE);
    let looks = 0;
    const halted = new Error('halted');
    const before = [
      () => {
        looks += 1;
        if (looks === 2) throw halted;
      },
    ];
    const change = clock.run(changes(client).cordon(ref('m0'), { before }, NEVER));
    await expect(change).rejects.toBe(halted);
    expect(at()).toEqual([]);
  });

  it('has the token renewed that was refused, not the one from before the wait', async () => {
    const { clock, client, sent, renewals } = createRig(DONE, answer(401, {}), DONE);
    const cordon = (id: string) => changes(client).cordon(ref(id), {}, NEVER);
    await clock.run(Promise.all(['m0', 'm1'].map(cordon)));
    expect(renewals).toEqual(['turn 1']);
    expect(sent()).toEqual(['turn 0', 'turn 1', 'turn 2']);
  });
});
