import type { FaultRule } from '../../emulator/faults.js';
import { HOSTILE_TEXT } from '../../emulator/machines/behaviour.js';
import type { MachineSpec } from '../../emulator/machines/build.js';
import type { MachineState } from '../../emulator/machines/states.js';
import { checkSummary } from '../../fuzz/check-summary.js';
import type { StepResult } from '../../runner/step-result.js';
import { rowsOf } from '../support/pages.js';
import { onOneNode } from '../support/scenarios/nodes.js';
import { lines, type MachineRow, machineRows, output, said } from '../support/scenarios/results.js';
import { APP, type Scenario, WEB, WORKERS } from '../support/scenarios/scenario.js';
import { machinesFile, stepWith, type With, writes } from '../support/scenarios/steps.js';

const [FIRST, SECOND] = WORKERS;

/** As many stopped machines, the first of them in the order of ids `000…`. */
const many = (count: number, spec: (index: number) => MachineSpec = () => ({})): MachineSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `d891${String(index).padStart(10, '0')}`,
    state: 'stopped',
    ...spec(index),
  }));

/** What the runner was told to do, masks aside. */
const obeyed = ({ commands }: StepResult) =>
  commands.map(({ name }) => name).filter((name) => name !== 'add-mask');

/** In UTF-16, as GitHub counts. */
const bytesOf = ({ outputs }: StepResult) => 2 * Object.values(outputs).join('').length;

onOneNode('When a thousand machines fail', (open) => {
  it('says so once, counts them, and stays within what GitHub shows', async () => {
    const name = `##[error]x\n::error::y | \`z\` ${'long '.repeat(100)}`;
    const refusal = (path: RegExp, text: string): FaultRule => ({
      path,
      fault: {
        status: 422,
        body: { error: `${text}: ${name}` },
        headers: { 'fly-request-id': 'X'.repeat(26) },
      },
    });
    const scenario = await open({
      apps: [{ name: APP, machines: many(1_000, (index) => ({ name: `${index} ${name}` })) }],
      faults: [refusal(/00\/start$/, 'machine limit reached'), refusal(/\/start$/, 'insufficient resources')],
    });
    const inputs = { machines: 'all', 'max-concurrent': '100' };
    const result = await stepWith(scenario, './start', inputs);
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: 1, stderr: '' });
    expect(obeyed(result)).toEqual(['group', 'endgroup', 'error', 'notice']);
    const error = result.commands.find(({ name }) => name === 'error');
    expect(error?.properties.get('title')).toBe('fly start: 1000 of 1000 failed in my-app');
    const text = error?.data ?? '';
    expect(text.length).toBeGreaterThan(3_500);
    expect(text.length).toBeLessThanOrEqual(4_096);
    expect(text.split('\n').filter((line) => line.startsWith('d891'))).toHaveLength(10);
    expect(text.split('\n').at(-1)).toMatch(/^…and 990 more: \d+ no capacity; see the job summary, or /);
    expect(text).toContain('→ The host is full');
    expect(text).toContain('→ The organization has as many machines as it may have');
    expect(lines(result).at(-1)).toMatch(/^started 0, already started 0, failed 1000 of 1000 in my-app, /);

    expect(result.summary).toMatch(/^### 🔴 start: 1000 machines failed in my-app\n/);
    expect(result.summary).toContain('🟥 <b>1,000</b> failed (1000 no capacity)');
    expect(result.log.filter(({ kind }) => kind === 'error')).toHaveLength(1);
    expect(result.summary).toContain('…and 900 more; all are in the output `machines-file`.');
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024);
    expect(bytesOf(result)).toBeLessThan(1024 * 1024);
    expect(output(result, 'failed-ids')).toHaveLength(1_000);
    expect(machinesFile(result)).toHaveLength(1_000);
  });
});

onOneNode('When five thousand machines are listed', (open) => {
  it('leaves the output empty that GitHub would refuse, says where it is, and keeps the ids', async () => {
    const machines = many(5_000);
    const scenario = await open({ apps: [{ name: APP, machines }] });
    const result = await stepWith(scenario, './list', { summary: 'true' });
    expect(result.conclusion).toBe('success');
    expect(result.outputs).toMatchObject({ machines: '', count: '5000' });
    expect(said(result, 'notice')).toEqual([
      expect.stringMatching(/^Too large for an output and therefore empty: `machines`\..*`machines-file`/),
    ]);
    const ids = machines.map(({ id }) => id);
    expect(output(result, 'machine-ids')).toEqual(ids);
    expect(machinesFile<MachineRow>(result).map(({ id }) => id)).toEqual(ids);
    expect(bytesOf(result)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024);
    expect(lines(result)).toContain('…and 4800 more; the file that `machines-file` names has all');
  });
});

onOneNode('When names and answers are made to deceive', (open) => {
  it('obeys none of it in start, exec and the post that puts back', async () => {
    const hostile = { name: HOSTILE_TEXT, region: '| `fra` |', processGroup: '##[error]x' };
    const machines = [
      { id: FIRST, state: 'stopped' as const, ...hostile },
      { id: WEB, ...hostile },
    ];
    const scenario = await open({ apps: [{ name: APP, machines }] });
    const start = await stepWith(scenario, './start', { machines: 'all', restore: 'true' });
    const exec = await stepWith(scenario, './exec', { machines: 'all', run: '["false", "::error::x"]' });
    const refused: FaultRule = { path: /\/stop$/, fault: { status: 403, body: { error: HOSTILE_TEXT } } };
    scenario.fly.faults.push(refused);
    const [post] = await scenario.job.post();
    expect(start.conclusion).toBe('success');
    expect(obeyed(start)).toEqual(['group', 'endgroup']);
    expect(obeyed(exec)).toEqual(['group', 'endgroup', 'error']);
    expect(post && obeyed(post)).toEqual(['group', 'endgroup', 'warning']);
    const summaries = [start, exec, post].map((result) => result?.summary ?? '');
    for (const summary of summaries) {
      expect(rowsOf(summary).length).toBeGreaterThan(2);
      checkSummary(summary);
      expect(summary).not.toMatch(/<img|`fra`|^::|##\[|\u202e/m);
    }
    expect(machineRows(start)[FIRST]).toMatchObject({ outcome: 'changed', name: HOSTILE_TEXT });
  });
});

onOneNode('When Fly tells less or other of machines than it should', (open) => {
  const step = (scenario: Scenario, uses: string, inputs: With = { machines: 'all' }) =>
    stepWith(scenario, uses, inputs);

  it('shows machines without configuration, and in states that nobody knows, as they are', async () => {
    const body = [
      { id: FIRST, state: 'hibernating' },
      { id: SECOND, state: 'stopped', name: null, region: null, config: null, checks: null, events: null },
      { id: WEB, state: 'started', host_status: 'unreachable', incomplete_config: null },
    ];
    const scenario = await open({ faults: [{ path: /machines$/, fault: { status: 200, body } }] });
    const list = await step(scenario, './list', {});
    expect(list.conclusion).toBe('success');
    expect(Object.values(machineRows(list)).map(({ id, state }) => [id, state])).toEqual([
      [FIRST, 'hibernating'],
      [SECOND, 'stopped'],
      [WEB, 'started'],
    ]);
    expect(lines(list)).toContain(`${FIRST}  *  hibernating`);
    const stop = await step(scenario, './stop', { 'process-group': 'worker' });
    expect(said(stop, 'error')[0]).toMatch(/^not found: my-app has no process group worker/);
    expect(writes(scenario)).toEqual([]);
  });

  it('says what came of a machine in an unknown state, and hides no other', async () => {
    const scenario = await open();
    scenario.fly.machine(APP, FIRST).state = 'hibernating' as MachineState; // A state that is yet to be invented.
    const result = await step(scenario, './start', { 'process-group': 'worker' });
    expect(result.conclusion).toBe('failure');
    expect(output(result, 'changed-ids')).toEqual(WORKERS.slice(1));
    expect(machineRows(result)[FIRST]).toMatchObject({
      outcome: 'failed',
      previous_state: 'hibernating',
      error: expect.stringMatching(/^wrong state: .*'hibernating'/),
    });
  });

  it('names the host that is out of reach, and hides no other', async () => {
    const scenario = await open({ settings: { unreachableMs: 20 } });
    scenario.fly.machine(APP, FIRST).behaviour.unreachable = true;
    const result = await step(scenario, './start', { 'process-group': 'worker' });
    expect(result.conclusion).toBe('failure');
    expect(output(result, 'changed-ids')).toEqual(WORKERS.slice(1));
    expect(said(result, 'error')[0]).toMatch(
      new RegExp(
        `^${FIRST} \\(worker-1\\): timeout: start it: .*answered 408: .*\\n→ Fly could not reach the host`,
      ),
    );
  });

  it('ends at its deadline where nothing comes back, and hides no other', async () => {
    const scenario = await open({ faults: [{ path: new RegExp(`${FIRST}/start`), fault: 'hang' }] });
    const result = await step(scenario, './start', { 'process-group': 'worker', timeout: '4s' });
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: 1 });
    expect(output(result, 'changed-ids')).toEqual(WORKERS.slice(1));
    expect(machineRows(result)[FIRST]?.error).toMatch(/^timeout: start machine /);
    expect(writes(scenario).filter((line) => line.includes(FIRST))).toEqual([`POST ${FIRST}/start`]);
  });
});
