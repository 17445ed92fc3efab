import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiring } from '../../runner/requiring.js';
import { onEachNode } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';

/** Runs a list in a process that a few lines of CommonJS meddle with before the action begins. */
function meddled({ job, fly }: Scenario, script: string) {
  const path = join(job.workspace, 'meddle.cjs');
  writeFileSync(path, script);
  return job.step({
    uses: './list',
    with: { token: fly.mintToken({ app: APP, withDischarge: true }), app: APP, timeout: '5s' },
    env: { NODE_OPTIONS: requiring(path) },
  });
}

/** Code by which a request does something else and is never answered. */
const insteadOfAsking = (code: string) => `
  const { Writable } = require('node:stream');
  require('node:http').request = () => { ${code}; return new Writable({ write() {} }); };`;

const NO_TIMERS = `
  require('node:timers/promises').setTimeout = () => new Promise(() => {});
  require('node:module').syncBuiltinESMExports();`;

onEachNode('When the process of a step ends in a way that nobody planned', (open) => {
  it.each([
    ['something exits it while it waits', insteadOfAsking('process.exit()')],
    ['something throws out of turn', insteadOfAsking("setTimeout(() => { throw new Error('boom'); })")],
    ['a promise is rejected and nobody listens', insteadOfAsking("Promise.reject(new Error('boom'))")],
    ['nothing is left to wait for', NO_TIMERS + insteadOfAsking('')],
    ['the file for outputs is gone', "require('node:fs').rmSync(process.env.GITHUB_OUTPUT);"],
    ['the folder for temporary files is gone', "process.env.RUNNER_TEMP += '/gone';"],
  ])('is red: %s', async (_, script) => {
    const { conclusion, exitCode } = await meddled(await open(), script);
    expect({ conclusion, wasKilled: exitCode > 128 }).toEqual({ conclusion: 'failure', wasKilled: false });
  });

  it('says in a line, not in the whole bundle, that the outputs can not be written', async () => {
    const result = await meddled(await open(), "require('node:fs').rmSync(process.env.GITHUB_OUTPUT);");
    expect(result.stderr).toBe('');
    expect(said(result, 'error').at(-1)).toMatch(
      /^internal: the outputs could not be written: .*Missing file at path: /,
    );
  });

  it('is green where nothing meddles', async () => {
    expect(await meddled(await open(), '')).toMatchObject({ conclusion: 'success', exitCode: 0 });
  });
});
