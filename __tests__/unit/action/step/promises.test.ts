import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRunner, type Runner } from '../../../../src/action/runner/runner.js';
import { fakeRunner } from '../../../support/fakes/fake-shell.js';
import { createStepRig, type StepRig } from '../../../support/rigs/step-rig.js';
import { FULL_DISK, itWhere } from '../../../support/where.js';

const MACHINE = 'd8910000000001';

let rig: StepRig;
let folder: string;

beforeEach(() => {
  rig = createStepRig({ machines: [{ id: MACHINE, state: 'stopped' }] });
  folder = mkdtempSync(join(tmpdir(), 'promises-'));
});

afterEach(() => {
  rig.end();
  rmSync(folder, { recursive: true });
});

const token = () => rig.fly.mintToken({ app: 'my-app', withDischarge: true });
const given = (more: Readonly<Record<string, string>>) => ({ token: token(), app: 'my-app', ...more });

/** A runner that says of its files what the real one would. */
function losing(...files: readonly string[]) {
  const runner = fakeRunner();
  const lost: Runner['lost'] = (file) => (files.includes(file) ? `${file} is not set` : undefined);
  return { runner: { ...runner, lost } };
}

describe('When what a step promises has no place', () => {
  it.each([
    ['start', { machines: MACHINE, restore: 'true' }, 'GITHUB_STATE'],
    ['warm-up', { machines: MACHINE, restore: 'true' }, 'GITHUB_STATE'],
    ['auth', { 'export-token': 'env' }, 'GITHUB_ENV'],
    ['auth', { 'export-token': 'output' }, 'GITHUB_OUTPUT'],
  ] as const)('is an input error of %s %j before anything is sent', async (command, inputs, file) => {
    const { succeeded, log } = await rig.step(command, given(inputs), losing(file));
    expect(succeeded).toBe(false);
    expect(log.said('error').join()).toMatch(new RegExp(`^input: .*${file} is not set`));
    expect(rig.sent).toEqual([]);
    expect(rig.fly.machine('my-app', MACHINE).state).toBe('stopped');
  });

  it('is fine where nothing is promised, or by another file', async () => {
    const all = losing('GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_OUTPUT');
    expect((await rig.step('start', given({ machines: MACHINE }), all)).succeeded).toBe(true);
    const others = losing('GITHUB_ENV', 'GITHUB_OUTPUT');
    expect((await rig.step('stop', given({ machines: MACHINE, restore: 'true' }), others)).succeeded).toBe(
      true,
    );
  });

  it('is a warning of a dry run', async () => {
    const inputs = given({ machines: MACHINE, restore: 'true', 'dry-run': 'true' });
    const { succeeded, log } = await rig.step('start', inputs, losing('GITHUB_STATE'));
    expect(succeeded).toBe(true);
    expect(log.said('warning').join()).toContain('A real run would be refused. input: `restore`');
  });

  it('is a warning of auth, whose session nobody will close', async () => {
    const { succeeded, log } = await rig.step('auth', given({}), losing('GITHUB_STATE'));
    expect(succeeded).toBe(true);
    expect(log.said('warning').join()).toContain('GITHUB_STATE is not set');
    expect((await rig.step('list')).succeeded).toBe(true);
  });
});

describe('When a file of the runner is looked at', () => {
  const lost = (path: string | undefined) => fileRunner({ GITHUB_STATE: path }).lost?.('GITHUB_STATE');

  it('is there where it can be appended to', () => {
    const path = join(folder, 'state');
    writeFileSync(path, '');
    expect(lost(path)).toBeUndefined();
  });

  it.each([
    ['no variable', () => undefined, /^GITHUB_STATE is not set$/],
    ['an empty one', () => '', /^GITHUB_STATE is not set$/],
    ['a file that is gone', () => join(folder, 'gone'), /can't be written \(.*ENOENT/],
    ['a folder that is gone', () => join(folder, 'gone', 'state'), /can't be written \(.*ENOENT/],
    ['a folder', () => folder, /can't be written \(.*EISDIR/],
  ])('is lost with %s', (_, path, reason) => {
    expect(lost(path())).toMatch(reason);
  });

  itWhere(FULL_DISK)('changes nothing where the disk that holds it is full, and says so', async () => {
    const before = process.env['GITHUB_STATE'];
    process.env['GITHUB_STATE'] = '/dev/full';
    try {
      const { saveState, lost: why } = fileRunner(process.env);
      const runner = { ...fakeRunner(), saveState, ...(why && { lost: why }) };
      const inputs = given({ machines: MACHINE, restore: 'true' });
      const { succeeded, log } = await rig.step('start', inputs, { runner });
      expect(succeeded).toBe(false);
      expect(log.said('error').join()).toMatch(/GITHUB_STATE .*ENOSPC.* is its disk full/);
      expect(log.said('error').join()).not.toContain('fault of the action');
      expect(rig.fly.machine('my-app', MACHINE).state).toBe('stopped');
    } finally {
      if (before === undefined) delete process.env['GITHUB_STATE'];
      else process.env['GITHUB_STATE'] = before;
    }
  });

  it('says where to look once it can not be written any more', () => {
    const path = join(folder, 'folder');
    mkdirSync(path);
    const before = process.env['GITHUB_STATE'];
    process.env['GITHUB_STATE'] = path;
    try {
      expect(() => fileRunner(process.env).saveState('name', 'value')).toThrow(
        expect.objectContaining({ line: expect.stringMatching(/GITHUB_STATE .*EISDIR.*disk full/) }),
      );
    } finally {
      if (before === undefined) delete process.env['GITHUB_STATE'];
      else process.env['GITHUB_STATE'] = before;
    }
  });
});
