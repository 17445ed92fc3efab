import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TOOLS } from '../../go.js';
import { record } from '../../record.js';
import { type LocalPage, readLocalPage } from './local-page.js';

const run = promisify(execFile);
const LIMIT_MS = 5 * 60_000;

/** Runs the commands of docs/local.md as they are printed there, and returns how many runs failed. */
export async function runLocal(act: string): Promise<{ runs: number; failed: number }> {
  const page = readLocalPage();
  const tries = page.tries.map((line) => [line, () => tried(line)] as const);
  const checks = [
    ['emulator and act, as docs/local.md prints them', () => actMeetsEmulator(act, page)] as const,
    ...tries,
  ];
  let failed = 0;
  for (const [title, check] of checks) {
    try {
      await check();
      console.log(`ok      ${title}`);
    } catch (error) {
      failed += 1;
      console.error(`FAILED  ${title}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  record({
    compared: 'docs/local.md',
    against: `nektos/act ${TOOLS.act.version}`,
    cases: checks.length,
    result: 'runs as it is printed',
  });
  return { runs: checks.length, failed };
}

async function tried(line: string): Promise<void> {
  const { stdout } = await run('bash', ['-c', line], { timeout: LIMIT_MS });
  if (line.includes('--help')) return;
  assert.match(stdout, /^Job summary, .*try\.md:$/m);
  assert.match(stdout, /^Changed at the embedded Fly:$/m);
}

async function actMeetsEmulator(act: string, page: LocalPage): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'local-'));
  const emulator = spawn('bash', ['-c', page.emulator], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const exports = await exportsOf(emulator);
    const env = { ...process.env, HOME: home, PATH: [dirname(act), process.env['PATH']].join(delimiter) };
    const { stdout } = await run('bash', ['-c', `${exports}\n${page.act}`], { env, timeout: LIMIT_MS });
    assert.match(stdout, /started 3, already started 0, failed 0 of 3 in my-app/);
  } finally {
    const closed = once(emulator, 'close');
    emulator.kill();
    // The emulator holds the output open: this also shows that it ends with npm.
    await closed;
    rmSync(home, { recursive: true, force: true });
  }
}

/** Waits until the emulator listens, and returns the lines for the environment that it prints. */
async function exportsOf({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout !== null);
  let text = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (/^Ctrl-C/m.test(text)) break;
  }
  stdout.resume();
  const lines = text.split('\n').filter((line) => line.startsWith('export '));
  assert.ok(lines.length > 0, `the emulator didn't start: ${text}`);
  return lines.join('\n');
}
