import crypto from 'node:crypto';
import fs from 'node:fs';
import { memoryDisk } from '../../../simulate/host/memory-disk.js';
import { filesIn } from '../../../src/files/folder.js';
import { jobOf } from '../../support/rigs/rig-job.js';
import { createStepRig } from '../../support/rigs/step-rig.js';
import { FILE_MODES } from '../../support/where.js';

/** Ways to the world outside; the rig itself needs none of them while a job runs. */
const WAYS: readonly (readonly [object, readonly string[]])[] = [
  [Date, ['now']],
  [Math, ['random']],
  [crypto, ['randomBytes', 'randomUUID']],
  [process, FILE_MODES.isHere() ? ['getuid'] : []],
  [fs, ['openSync', 'readFileSync', 'writeSync', 'renameSync', 'rmSync', 'readdirSync', 'lstatSync']],
];

function watched(): { readonly name: string; readonly way: jest.SpyInstance }[] {
  return WAYS.flatMap(([owner, names]) =>
    // Names of functions, which the types of these objects can't say in common.
    names.map((name) => ({ name, way: jest.spyOn(owner as Record<string, () => unknown>, name) })),
  );
}

describe('when all of a shell is handed in', () => {
  const rig = createStepRig({ machines: [{ id: 'm1', name: 'one', state: 'stopped' }] });
  afterAll(() => rig.end());
  afterEach(() => jest.restoreAllMocks());

  it('a job and its posts use nothing else: no disk, no time, no chance', async () => {
    const temp = '/runner/temp';
    const files = filesIn(temp, memoryDisk());
    const shell = { files, temp, scratch: temp };
    const { step, post } = jobOf(rig);
    const token = rig.fly.mintToken({ app: 'my-app' });
    const ways = watched();
    const steps = [
      await step('auth', { token, app: 'my-app', 'max-lifetime': '1h' }, shell),
      await step('start', { machines: 'm1', restore: 'true', lease: 'true' }, shell),
      await step('list', {}, shell),
    ];
    for (const it of [...steps].reverse()) await post(it, shell);
    expect(steps.map(({ succeeded }) => succeeded)).toEqual([true, true, true]);
    expect(rig.fly.machine('my-app', 'm1').state).toBe('stopped');
    expect(ways.filter(({ way }) => way.mock.calls.length > 0).map(({ name }) => name)).toEqual([]);
    expect(fs.readdirSync(rig.temp)).toEqual([]);
  });
});
