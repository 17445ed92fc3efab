import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requiring } from '../../../runner/requiring.js';

describe('when a process is to load a script before all else', () => {
  it('does so from a path with blanks and letters of any language', () => {
    const folder = mkdtempSync(join(tmpdir(), 'größer als’ 1 -'));
    const script = join(folder, 'first.cjs');
    writeFileSync(script, "console.log('first')");
    const env = { ...process.env, NODE_OPTIONS: requiring(script) };
    const said = execFileSync(process.execPath, ['-e', "console.log('then')"], { env, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(said).toBe('first\nthen\n');
  });

  it('hands on each backslash of a path of Windows', () => {
    expect(requiring(String.raw`C:\a b\x.cjs`)).toBe(String.raw`--require "C:\\a b\\x.cjs"`);
  });
});
