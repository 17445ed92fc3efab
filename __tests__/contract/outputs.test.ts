import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineReport } from '../../src/action/report/outputs.js';
import { BASH, itWhere, JQ } from '../support/where.js';

const page = readFileSync('docs/outputs.md', 'utf8');

/** Object of one machine, as the page shows it. */
// The cast is safe: the first test looks at its keys.
const SHOWN = JSON.parse(/```json\n(\{\n {2}"app".*?)```/s.exec(page)?.[1] ?? '{}') as MachineReport;
const MACHINES: readonly MachineReport[] = [
  SHOWN,
  { ...SHOWN, name: 'web-1', region: 'iad', outcome: 'failed', error: 'no capacity: start machine' },
  { ...SHOWN, name: 'web-2', state: 'stopped', outcome: 'skipped', reason: 'dry run: would start' },
  { ...SHOWN, name: 'web-3', state: 'stopped', outcome: 'skipped', reason: 'dry run: would start' },
  { ...SHOWN, name: 'web-4', exit_code: 1, stdout: 'no such table', stderr: '' },
];
/** Answers to the page's questions, in its order. */
const ANSWERS = [
  'web-1: no capacity: start machine',
  '2 my-app: dry run: would start',
  'fra 2\niad 1',
  'web-4 ended with 1: no such table',
  '| machine | state |\n| --- | --- |\n| worker-1 | started |\n| web-1 | started |\n| web-2 | stopped |\n| web-3 | stopped |\n| web-4 | started |',
];
const questions = [...page.matchAll(/^jq .*$/gm)].map(([line]) => line);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('when a script asks the outputs as docs/outputs.md does', () => {
  it('finds a machine of the form that the page shows', () => {
    expect(Object.keys(SHOWN)).toEqual([
      ...['app', 'id', 'name', 'region', 'process_group', 'private_ip', 'state', 'previous_state'],
      ...['outcome', 'reason', 'duration_ms', 'error'],
    ]);
    expect(questions).toHaveLength(ANSWERS.length);
  });

  itWhere(BASH, JQ).each(questions.map((question, index) => [question, ANSWERS[index]] as const))(
    '%s',
    (question, answer) => {
      const FILE = join(folder, 'machines.json');
      writeFileSync(FILE, JSON.stringify(MACHINES));
      const { stdout, stderr } = spawnSync('bash', ['-c', question], {
        env: { ...process.env, FILE },
        encoding: 'utf8',
      });
      expect({ stdout: stdout.trimEnd(), stderr }).toEqual({ stdout: answer, stderr: '' });
    },
  );
});
