import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post } from '../../../../src/action/post.js';
import { fakeLog, fakeRunner } from '../../../support/fakes/fake-shell.js';
import { flyTransport } from '../../../support/fakes/fly-transport.js';
import { passed } from '../../../support/rigs/step-inputs.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';
import { describeWhere, FILE_MODES } from '../../../support/where.js';

const APP = 'my-app';
const OTHER = 'other-app';
const NOT_TAKEN =
  /fly-machines-session-[0-9a-f]{32}\.json in RUNNER_TEMP was not taken: others may write it \(mode 0666, owner \d+\)/;

let rig: StepRig;
beforeEach(() => {
  rig = createStepRig({
    apps: [
      { name: APP, machines: [{ id: 'm1', state: 'stopped' }] },
      { name: OTHER, machines: [{ id: 'm2', state: 'stopped' }] },
    ],
  });
});
afterEach(() => rig.end());

const sessionNames = () => readdirSync(rig.temp).filter((name) => name.includes('session'));
const orgToken = () => rig.fly.mintToken({ withDischarge: true });

async function open(
  app: string,
  token = rig.fly.mintToken({ app: APP, withDischarge: true }),
): Promise<string> {
  const before = sessionNames();
  expect((await rig.step('auth', { token, ...(app !== '' && { app }) })).succeeded).toBe(true);
  return sessionNames().find((name) => !before.includes(name)) ?? '';
}

const spoil = (name: string) => chmodSync(join(rig.temp, name), 0o666);

describeWhere(FILE_MODES)("When the session's file is not taken", () => {
  it.each(['stop', 'start', 'list'] as const)('uses nothing wider in its place: %s', async (command) => {
    spoil(await open(APP));
    const asked = rig.sent.length;
    const inputs = command === 'list' ? {} : { machines: 'm1' };
    const env = { ...passed(command, inputs), FLY_API_TOKEN: orgToken(), FLY_APP: APP };
    const { succeeded, log } = await rig.step(command, inputs, { env });
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toMatch(NOT_TAKEN);
    expect(rig.sent).toHaveLength(asked);
  });

  it('uses no session of all apps in its place, but one of the very app', async () => {
    const name = await open(APP);
    await open('', rig.fly.mintToken({ withDischarge: true }));
    spoil(name);
    const wider = await rig.step('start', { app: APP, machines: 'm1' });
    expect(wider.log.said('error').join()).toMatch(NOT_TAKEN);
    await open(OTHER, rig.fly.mintToken({ app: OTHER, withDischarge: true }));
    const own = await rig.step('start', { app: OTHER, machines: 'm2' });
    expect(own.succeeded).toBe(true);
    expect(own.log.said('warning').join()).toMatch(NOT_TAKEN);
  });

  it('goes on with a token of its own, and auth mends it', async () => {
    const token = rig.fly.mintToken({ app: APP, withDischarge: true });
    spoil(await open(APP, token));
    const step = await rig.step('start', { token, app: APP, machines: 'm1' });
    expect(step.succeeded).toBe(true);
    expect(step.log.said('warning').join()).toMatch(NOT_TAKEN);
    await open(APP, token);
    expect((await rig.step('list')).log.said('warning')).toEqual([]);
  });

  it('is nothing to the post, which has a copy of its own', async () => {
    const name = await open(APP);
    const { runner } = await rig.step('start', { machines: 'm1', restore: 'true' });
    await open('', rig.fly.mintToken({ withDischarge: true }));
    spoil(name);
    const log = fakeLog();
    const state = Object.entries(runner.state).map(([key, value]) => [`STATE_${key}`, value]);
    await rig.clock.run(
      post({
        ...{ env: Object.fromEntries(state), log, runner: fakeRunner(), clock: rig.clock, temp: rig.temp },
        ...{ transport: flyTransport(rig.fly), jitter: () => 0, cancelled: new AbortController().signal },
      }),
    );
    expect(log.said('warning')).toEqual([]);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });
});

describe('When RUNNER_TEMP is a file', () => {
  it('says so before anything is sent, as no fault of the action', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-temp-'));
    const temp = join(folder, 'file');
    writeFileSync(temp, '');
    const inputs = { token: orgToken(), app: APP, machines: 'm1' };
    const { succeeded, log } = await rig.step('start', inputs, { temp });
    rmSync(folder, { recursive: true });
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toMatch(/^input: RUNNER_TEMP can't be read: .*ENOTDIR/);
    expect(log.said('error').join()).not.toContain('fault of the action');
    expect(rig.sent).toEqual([]);
  });
});
