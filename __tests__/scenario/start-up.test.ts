import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requiring } from '../../runner/requiring.js';
import { NODES, onEachNode } from '../support/scenarios/nodes.js';
import { APP } from '../support/scenarios/scenario.js';

/** Modules of Node that a list loads. With each more, every step begins later; `docs/architecture.md` has what some cost. */
const LOADED = [
  'crypto',
  'events',
  'fs',
  'http',
  'https',
  'os',
  'path',
  'timers/promises',
  'tls',
  'util',
  'v8',
];

/** Parts that Node loads for a property, a comparison or a shape of code, each of which takes as long as all of the above. */
const HEAVY = ['internal/deps/undici/undici', 'internal/fs/promises', 'internal/util/comparisons'];

/** Code by which a process writes down what it loads. */
const WATCH = `
const { writeFileSync } = require('node:fs');
const { Module } = require('node:module');
const asked = new Set();
const load = Module._load;
Module._load = (name, ...rest) => {
  asked.add(name.replace(/^node:|.*[/](?=dist[/])/g, ''));
  return load(name, ...rest);
};
process.on('exit', () => {
  const loaded = process.moduleLoadList.map((it) => it.replace('NativeModule ', ''));
  writeFileSync(process.env.WATCHED, JSON.stringify({ asked: [...asked].sort(), loaded }));
});`;

/** What a process has asked for, and what Node has loaded of its own by its end. */
interface Watched {
  readonly asked: readonly string[];
  readonly loaded: readonly string[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-up-'));
  writeFileSync(join(folder, 'watch.cjs'), WATCH);
});
afterAll(() => rmSync(folder, { recursive: true }));

const watching = () => ({
  NODE_OPTIONS: requiring(join(folder, 'watch.cjs')),
  WATCHED: join(folder, 'watched.json'),
});
const watched = (): Watched => JSON.parse(readFileSync(join(folder, 'watched.json'), 'utf8'));

onEachNode('When a step starts up', (open) => {
  it('loads of Node what it needs and no more', async () => {
    const { job, fly } = await open();
    const token = fly.mintToken({ app: APP, withDischarge: true });
    const result = await job.step({ uses: './list', with: { token, app: APP }, env: watching() });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '4' } });
    const { asked, loaded } = watched();
    expect(asked).toEqual(['./bundle.js', 'dist/list.js', ...LOADED].sort());
    expect(HEAVY.filter((it) => loaded.includes(it))).toEqual([]);
  });
});

describe('When a post step has nothing to undo', () => {
  it.each(NODES)('loads nothing: $name', ({ binary }) => {
    execFileSync(binary, [resolve('dist/post.js')], { env: watching() });
    expect(watched().asked).toEqual(['dist/post.js']);
  });
});
