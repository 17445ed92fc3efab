import { chmodSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandName } from '../../../../src/command-table.js';
import { filesIn } from '../../../../src/files/folder.js';
import { type FaultySystem, type FileFault, faultySystem } from '../../../support/fakes/faulty-files.js';
import { filesInMemory } from '../../../support/fakes/memory-files.js';
import { type PostRun, runPost } from '../../../support/rigs/post-run.js';
import { NUMBERS } from '../../../support/rigs/rig-job.js';
import { passed } from '../../../support/rigs/step-inputs.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';
import { FILE_MODES, itWhere } from '../../../support/where.js';

const APP = 'my-app';
const SESSION = /fly-machines-session-/;
const OWN = /fly-machines-restore-/;
const REFUSED = ['EBUSY', 'EPERM', 'EACCES'];

let rig: StepRig;
let system: FaultySystem;
beforeEach(() => {
  rig = createStepRig({ machines: [{ id: 'm1', state: 'stopped' }] });
  system = faultySystem();
});
afterEach(() => rig.end());

const names = (part: RegExp) => readdirSync(rig.temp).filter((name) => part.test(name));
const state = () => rig.fly.machine(APP, 'm1').state;
const changed = () => rig.sent.filter((it) => /\/(start|stop)$/.test(it));
const shell = () => ({ files: filesIn(rig.temp, system) });

function step(command: CommandName, inputs = {}, env = {}): Promise<StepRun> {
  return rig.step(command, inputs, { ...shell(), env: { ...passed(command, inputs), ...NUMBERS, ...env } });
}

const start = (inputs = {}) => step('start', { machines: 'm1', restore: 'true', ...inputs });
const withToken = () => start({ token: rig.fly.mintToken({ app: APP }), app: APP });

async function open(changes = {}): Promise<StepRun> {
  const token = rig.fly.mintToken({ app: APP, withDischarge: true });
  return step('auth', { token, app: APP, ...changes });
}

/** Runs a post whose disk refuses; the faults end with it. */
async function posted(of: StepRun, ...faults: readonly FileFault[]): Promise<PostRun> {
  system.refuse(...faults);
  const run = await runPost(rig, of, shell(), NUMBERS);
  system.refuse();
  return run;
}

describe("when the session's file is refused", () => {
  const FAULTS: readonly (readonly [string, FileFault])[] = REFUSED.flatMap((code) => [
    ['opened', { call: 'open', code, path: SESSION }] as const,
    ['looked at', { call: 'stat', code }] as const,
    ['read', { call: 'read', code }] as const,
  ]);

  it.each(FAULTS)('for a moment, it is read all the same: %s %j', async (_, fault) => {
    await open();
    system.refuse({ ...fault, times: 5 });
    const { succeeded, log } = await step('list');
    expect(succeeded).toBe(true);
    expect(log.said('warning')).toEqual([]);
  });

  it.each(FAULTS)('for good, it is named, and nothing wider takes over: %s %j', async (_, fault) => {
    await open();
    const wider = rig.fly.mintToken({ withDischarge: true });
    await step('auth', { token: wider });
    const [name = ''] = names(SESSION);
    const sent = rig.sent.length;
    system.refuse({ ...fault, ...(fault.path && { path: new RegExp(name) }) });
    const env = { FLY_API_TOKEN: wider, FLY_APP: APP };
    const { succeeded, log } = await step('start', { machines: 'm1' }, env);
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain(
      `The file ${name} in RUNNER_TEMP was not taken: it can't be read: ${fault.code}`,
    );
    expect(rig.sent.slice(sent)).toEqual([]);
  });

  itWhere(FILE_MODES).each([0o000, 0o400, 0o640, 0o644, 0o660, 0o755])(
    'by a mode that was changed in between: %i',
    async (mode) => {
      await open();
      const [name = ''] = names(SESSION);
      chmodSync(join(rig.temp, name), mode);
      const sent = rig.sent.length;
      const env = { FLY_API_TOKEN: rig.fly.mintToken(), FLY_APP: APP };
      const { succeeded, log } = await step('start', { machines: 'm1' }, env);
      expect(succeeded).toBe(false);
      expect(log.said('error').join()).toContain(`The file ${name} in RUNNER_TEMP was not taken: `);
      expect(log.said('error').join()).toContain(`(mode 0${mode.toString(8).padStart(3, '0')}, owner `);
      expect(rig.sent.slice(sent)).toEqual([]);
    },
  );
});

describe("when the runner's folder can't be listed", () => {
  it('for a moment, the session is found', async () => {
    await open();
    system.refuse({ call: 'list', code: 'EACCES', times: 5 });
    expect((await step('list')).succeeded).toBe(true);
  });

  it('for good, nothing takes the place of what may be there', async () => {
    await open();
    const sent = rig.sent.length;
    system.refuse({ call: 'list', code: 'EACCES' });
    const env = { FLY_API_TOKEN: rig.fly.mintToken(), FLY_APP: APP };
    const { succeeded, log } = await step('start', { machines: 'm1' }, env);
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toMatch(/^input: RUNNER_TEMP can't be read: EACCES/);
    expect(rig.sent.slice(sent)).toEqual([]);
  });

  it('in a post, what its step left for it is found by name, and removed', async () => {
    const of = await withToken();
    const { log } = await posted(of, { call: 'list', code: 'EIO' });
    expect(state()).toBe('stopped');
    expect(names(OWN)).toEqual([]);
    expect(log.said('error')).toEqual([]);
  });
});

describe('when a file is refused to be written', () => {
  const FAULTS: readonly FileFault[] = [
    { call: 'rename', code: 'EPERM' },
    { call: 'rename', code: 'EBUSY' },
    { call: 'open', code: 'EACCES', path: /\.json\.[0-9a-f]{16}$/ },
    { call: 'write', code: 'EINTR' },
  ];
  const LASTING: readonly FileFault[] = [
    ...FAULTS,
    { call: 'write', code: 'ENOSPC' },
    { call: 'open', code: 'EROFS', path: /\.json\.[0-9a-f]{16}$/ },
    { call: 'close', code: 'EIO' },
  ];

  it.each(FAULTS)('for a moment, the session opens: %j', async (fault) => {
    system.refuse({ ...fault, times: 4 });
    expect((await open()).succeeded).toBe(true);
    expect(names(/fly-machines-/).filter((name) => /\.[0-9a-f]{16}$/.test(name))).toEqual([]);
    system.refuse();
    expect((await step('list')).succeeded).toBe(true);
  });

  it.each(LASTING)('for good, auth names the file and leaves no part of a token: %j', async (fault) => {
    system.refuse(fault);
    const { succeeded, log } = await open();
    expect(succeeded).toBe(false);
    expect(log.said('error').join('\n')).toMatch(
      new RegExp(
        `The file fly-machines-session-[0-9a-f]{32}\\.json could not be written to RUNNER_TEMP: .*${fault.code}`,
      ),
    );
    expect(names(SESSION)).toEqual([]);
  });

  it.each(LASTING)('for good, a step that has to leave its token sends nothing: %j', async (fault) => {
    system.refuse({ ...fault, ...(fault.path && { path: OWN }) });
    const { succeeded, log } = await withToken();
    expect(succeeded).toBe(false);
    expect(log.said('error').join('\n')).toMatch(
      new RegExp(
        `The file fly-machines-restore-[0-9a-f]{32}\\.json could not be written to RUNNER_TEMP: .*${fault.code}`,
      ),
    );
    expect(changed()).toEqual([]);
    expect(names(OWN)).toEqual([]);
  });

  it('for a moment, the machines are in their file', async () => {
    await open();
    system.refuse({ call: 'rename', code: 'EPERM', times: 5 });
    const { succeeded, runner } = await step('list');
    expect(succeeded).toBe(true);
    expect(names(/fly-machines-list-/)).toHaveLength(1);
    expect(runner.outputs['machines-file']).toBe(join(rig.temp, names(/fly-machines-list-/)[0] ?? ''));
  });

  it('for a moment, a session of another token is replaced', async () => {
    await open();
    system.refuse({ call: 'remove', code: 'EBUSY', times: 5 });
    const { succeeded, log } = await open();
    expect(succeeded).toBe(true);
    expect(log.said('notice').join()).toContain('this one takes over');
    expect(names(SESSION)).toHaveLength(1);
  });

  it('for good, a session of another token that stays is named', async () => {
    await open();
    const [name = ''] = names(SESSION);
    system.refuse({ call: 'remove', code: 'EBUSY' });
    const { succeeded, log } = await open();
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toContain(
      `The session's file could not be removed: ${name} in RUNNER_TEMP: EBUSY`,
    );
    expect(log.said('error').join()).not.toContain('fault of the action');
  });

  it('is said where only the copy of what is owed is, which comes to the state alone', async () => {
    await open();
    system.refuse({ call: 'open', code: 'EROFS', path: /owed/ });
    const of = await start();
    expect(of.succeeded).toBe(true);
    expect(of.log.said('warning')).toEqual([expect.stringMatching(/is in this step's state alone.*EROFS/)]);
    await posted(of);
    expect(state()).toBe('stopped');
  });
});

describe('when a post is refused the file that its step left', () => {
  it.each(REFUSED)('for a moment, it puts back and removes it: %s', async (code) => {
    const of = await withToken();
    const faults = (['open', 'remove'] as const).map((call) => ({ call, code, path: OWN, times: 5 }));
    const { log } = await posted(of, ...faults);
    expect(state()).toBe('stopped');
    expect(log.said('warning')).toEqual([]);
    expect(names(OWN)).toEqual([]);
  });

  it.each(REFUSED)(
    'to read for good, it keeps the only copy, names it, and uses nothing wider: %s',
    async (code) => {
      const of = await withToken();
      const [name] = names(OWN);
      await step('auth', { token: rig.fly.mintToken() });
      const { log } = await posted(of, { call: 'open', code, path: OWN });
      expect(log.said('warning')).toEqual([
        expect.stringContaining(`The file ${name} in RUNNER_TEMP was not taken: it can't be read: ${code}`),
      ]);
      expect(state()).toBe('started');
      expect(names(OWN)).toEqual([name]);
      // Of a composite action that a job uses twice, both posts are given this state.
      await posted(of);
      expect(state()).toBe('stopped');
      expect(names(OWN)).toEqual([]);
    },
  );

  itWhere(FILE_MODES).each([0o000, 0o400, 0o644])(
    'by a mode that was changed in between, it keeps it: %i',
    async (mode) => {
      const of = await withToken();
      const [name = ''] = names(OWN);
      chmodSync(join(rig.temp, name), mode);
      const { log } = await posted(of);
      expect(log.said('warning')).toEqual([
        expect.stringContaining(`The file ${name} in RUNNER_TEMP was not taken: `),
      ]);
      expect(names(OWN)).toEqual([name]);
      chmodSync(join(rig.temp, name), 0o600);
      await posted(of);
      expect(state()).toBe('stopped');
    },
  );

  it('to be removed for good, it puts back all the same, and says which stays', async () => {
    const of = await withToken();
    const [name] = names(OWN);
    const { log } = await posted(of, { call: 'remove', code: 'EBUSY' });
    expect(state()).toBe('stopped');
    expect(log.said('warning')).toEqual([
      expect.stringMatching(new RegExp(`${name}.* could not be removed from RUNNER_TEMP: EBUSY`)),
    ]);
  });

  it('where another post tries first, its own does it', async () => {
    const first = await withToken();
    rig.fly.machine(APP, 'm1').state = 'started';
    const last = await step('auth', { token: rig.fly.mintToken({ app: APP }), app: APP });
    await posted(last, { call: 'open', code: 'EBUSY', path: OWN });
    expect(state()).toBe('started');
    await posted(first);
    expect(state()).toBe('stopped');
  });
});

describe('when a post is refused to close its session', () => {
  it.each(REFUSED)('for a moment, it is closed: %s', async (code) => {
    const { log } = await posted(await open(), { call: 'remove', code, times: 5 });
    expect(log.said('warning')).toEqual([]);
    expect(names(SESSION)).toEqual([]);
  });

  it('for good, it warns, and what is owed is put back', async () => {
    const opener = await open();
    const of = await start();
    const fault = { call: 'remove', code: 'EPERM' } as const;
    expect((await posted(of, fault)).log.said('error')).toEqual([]);
    expect(state()).toBe('stopped');
    const { log } = await posted(opener, fault);
    expect(log.said('warning')).toEqual([
      expect.stringMatching(/session's file could not be removed: .* EPERM/),
    ]);
  });
});

describe('when a job runs in memory', () => {
  it('is the same job, and leaves nothing on disk', async () => {
    const files = filesInMemory();
    const token = rig.fly.mintToken({ app: APP });
    const job = (command: CommandName, inputs: Readonly<Record<string, string>>) =>
      rig.step(command, inputs, { files, env: { ...passed(command, inputs), ...NUMBERS } });
    const opener = await job('auth', { token, app: APP });
    const of = await job('start', { machines: 'm1', restore: 'true' });
    expect(
      JSON.parse(files.read(basename(of.runner.outputs['machines-file'] ?? '')).text ?? ''),
    ).toHaveLength(1);
    await runPost(rig, of, { files }, NUMBERS);
    expect(state()).toBe('stopped');
    await runPost(rig, opener, { files }, NUMBERS);
    expect(files.names().filter((name) => SESSION.test(name))).toEqual([]);
    expect(readdirSync(rig.temp)).toEqual([]);
  });
});
