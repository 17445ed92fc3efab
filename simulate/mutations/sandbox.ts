import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Mutation, mutated } from './mutation.js';

/** Everything that a simulation is made of. Copies, not links: Node resolves links, and would find the sound files behind them. */
const COPIED = [
  'src',
  'emulator',
  'simulate',
  'fuzz',
  join('interop', 'documents'),
  'package.json',
  'tsconfig.json',
];

/** Copy of the project in a temporary folder, into which one mistake at a time is put. */
export class Sandbox {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'simulate-mutations-'));
    for (const name of COPIED) cpSync(name, join(this.folder, name), { recursive: true });
    // On Windows anybody may make a link of this kind; elsewhere there is but one.
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** Does work in the copy while a mistake is in it; undefined: while it is sound. */
  async with<T>(mutation: Mutation | undefined, work: () => Promise<T>): Promise<T> {
    if (mutation === undefined) return await work();
    const path = join(this.folder, mutation.file);
    const sound = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(sound, mutation));
    try {
      return await work();
    } finally {
      writeFileSync(path, sound);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
