import {
  appendFileSync,
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PostShell } from '../../../../src/action/post/post-shell.js';
import type { CommandName } from '../../../../src/command-table.js';
import { type FakeLog, fakeRunner } from '../../../support/fakes/fake-shell.js';
import { runPost } from '../../../support/rigs/post-run.js';
import { NUMBERS } from '../../../support/rigs/rig-job.js';
import { passed } from '../../../support/rigs/step-inputs.js';
import { createStepRig, type StepRig, type StepRun } from '../../../support/rigs/step-rig.js';
import { type Facility, FILE_MODES, itEachWhere, PRIVATE_MODE } from '../../../support/where.js';

const APP = 'my-app';
const IDS = ['m1', 'm2', 'm3'] as const;

let rig: StepRig;
let token: string;
beforeEach(() => {
  rig = createStepRig({ machines: IDS.map((id) => ({ id, state: 'stopped' as const })) });
  token = rig.fly.mintToken({ app: APP });
});
afterEach(() => rig.end());

const states = () => IDS.map((id) => rig.fly.machine(APP, id).state).join(' ');
const files = (part: string) => readdirSync(rig.temp).filter((name) => name.includes(part));

function step(
  command: CommandName,
  inputs: Readonly<Record<string, string>>,
  job = NUMBERS,
): Promise<StepRun> {
  const given = { token, app: APP, ...inputs };
  return rig.step(command, given, { env: { ...passed(command, given), ...job } });
}

const start = (machines: string, job = NUMBERS) => step('start', { machines, restore: 'true' }, job);

/** Runs a post with the state of a step, which needn't be its own. */
async function posted(
  of: Pick<StepRun, 'runner'>,
  changes: Partial<PostShell> = {},
  job = NUMBERS,
): Promise<FakeLog> {
  return (await runPost(rig, of, changes, job)).log;
}

describe('when posts are given the state of another step, as those of a composite action that is used twice are', () => {
  it.each([1, 2])('has all put back after %i of them, the latest first', async (posts) => {
    await start('m1');
    const last = await start('m2, m3');
    const logs: FakeLog[] = [];
    for (let ran = 0; ran < posts; ran += 1) logs.push(await posted(last));
    expect(states()).toBe('stopped stopped stopped');
    const puts = logs.flatMap((log) => log.said('info').filter((line) => line.startsWith('put back')));
    expect(puts.map((line) => line.replace(/,.*/, ''))).toEqual([
      'put back: stopped 2',
      'put back: stopped 1',
    ]);
    expect(logs.flatMap((log) => log.said('warning'))).toEqual([]);
    expect(files('restore')).toEqual([]);
  });

  it('puts back what others owe where its own state says nothing', async () => {
    await start('m1');
    await posted({ runner: fakeRunner() });
    expect(states()).toBe('stopped stopped stopped');
  });

  it('undoes each record once: what somebody else does afterwards stays', async () => {
    const [first, last] = [await start('m1'), await start('m2')];
    await posted(last);
    rig.fly.machine(APP, 'm1').state = 'started';
    rig.fly.machine(APP, 'm2').state = 'started';
    expect((await posted(first)).said('info').join()).toContain('put back by the post of another');
    await posted(last);
    expect(states()).toBe('started started stopped');
  });

  it('closes the sessions of all', async () => {
    const other = rig.fly.mintToken({ app: APP });
    await step('auth', {});
    const last = await step('auth', { token: other, app: 'my-app-2' });
    expect(files('session')).toHaveLength(2);
    await posted(last);
    // Steps between them may have posts of their own.
    expect(files('session')).toHaveLength(1);
    await posted(last);
    expect(files('session')).toEqual([]);
  });
});

describe('when a record is another’s', () => {
  it.each(Object.keys(NUMBERS))('is not touched, in another %s', async (name) => {
    await start('m1', { ...NUMBERS, [name]: 'x' });
    await posted(await start('m2'));
    expect(states()).toBe('started stopped stopped');
  });

  it.each(Object.keys(NUMBERS))('keeps no copy where nothing tells jobs apart: %s', async (name) => {
    const job = { ...NUMBERS, [name]: '' };
    const last = await start('m1', job);
    expect(files('owed')).toEqual([]);
    await posted(last, {}, job);
    expect(states()).toBe('stopped stopped stopped');
  });

  const SPOILS: readonly { what: string; spoil: (path: string) => void; needs?: Facility }[] = [
    { what: 'writable by others', spoil: (path) => chmodSync(path, 0o666), needs: FILE_MODES },
    { what: 'nonsense', spoil: (path) => writeFileSync(path, 'x') },
    { what: 'of another form', spoil: (path) => writeFileSync(path, '[" place","0"]\n["restore","x"]') },
  ];

  itEachWhere(SPOILS)('sends nothing for a file that is $what', async ({ spoil }) => {
    await start('m1');
    for (const name of files('owed')) spoil(join(rig.temp, name));
    await posted(await start('m2'));
    expect(states()).toBe('started stopped stopped');
  });
});

describe('when the copy of a state is kept', () => {
  it('is a private file with nothing secret in it, and none where nothing is owed', async () => {
    await step('start', { machines: 'm1' });
    expect(files('owed')).toEqual([]);
    await start('m2');
    const [name = ''] = files('owed');
    expect(statSync(join(rig.temp, name)).mode & 0o777).toBe(PRIVATE_MODE);
    const text = readFileSync(join(rig.temp, name), 'utf8');
    const pieces = token.split(/[ ,_]/).filter((it) => it.length > 10);
    expect(pieces.filter((piece) => text.includes(piece))).toEqual([]);
  });

  it('is worth nothing more than the state where it is gone', async () => {
    const [first, last] = [await start('m1'), await start('m2')];
    for (const name of files('owed')) rmSync(join(rig.temp, name));
    await posted(last);
    expect(states()).toBe('started stopped stopped');
    expect(files('owed')).toEqual([]);
    await posted(first);
    expect(states()).toBe('stopped stopped stopped');
  });

  it('is read up to a line that a crash has cut off', async () => {
    await start('m1');
    for (const name of files('owed')) appendFileSync(join(rig.temp, name), '\n["restore-1","[[');
    await posted(await start('m2'));
    expect(states()).toBe('stopped stopped stopped');
  });

  it('stays owed where the post is cancelled or what another’s step owes fails', async () => {
    const [first, last] = [await start('m1'), await start('m2')];
    await posted(last, { cancelled: AbortSignal.abort(new Error('gone')) });
    expect(states()).toBe('started started stopped');
    await posted(first);
    expect(rig.fly.machine(APP, 'm1').state).toBe('stopped');
  });
});
