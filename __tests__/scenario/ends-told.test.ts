import { BEHAVIOURS } from '../../emulator/machines/behaviour.js';
import type { MachineSpec } from '../../emulator/machines/build.js';
import type { MachineEvent } from '../../emulator/machines/machine.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { machineRows, said } from '../support/scenarios/results.js';
import { APP } from '../support/scenarios/scenario.js';
import { stepWith, type With, writes } from '../support/scenarios/steps.js';

const ID = 'd8910000000001';
const ONE_SHOT = { restart: { policy: 'no' } };

interface Story {
  readonly what: string;
  readonly uses: string;
  readonly inputs?: With;
  readonly machine: MachineSpec;
  /** What has happened to it since. */
  readonly event?: Omit<MachineEvent, 'id' | 'timestamp'>;
  readonly outcome: string;
  /** Of the machine's row, or its error. */
  readonly says: RegExp;
  readonly writes: readonly string[];
}

const STORIES: readonly Story[] = [
  {
    what: 'no room, by the code of a 503',
    uses: './start',
    machine: { state: 'stopped', behaviour: BEHAVIOURS['no-capacity-503'] ?? {} },
    ...{ outcome: 'failed', says: /^no capacity: .*insufficient memory/, writes: [`POST ${ID}/start`] },
  },
  {
    what: 'a command that was cut',
    uses: './exec',
    inputs: { run: 'echo hi' },
    machine: { behaviour: BEHAVIOURS['exec-cut'] ?? {} },
    ...{ outcome: 'failed', says: /the command may have run all the same/, writes: [`POST ${ID}/exec`] },
  },
  {
    what: 'a suspend that a request cancels',
    uses: './suspend',
    machine: { behaviour: BEHAVIOURS['kept-up'] ?? {} },
    ...{ outcome: 'failed', says: /kept up by a request/, writes: [`POST ${ID}/suspend`] },
  },
  {
    what: 'a one-shot machine that has done its job',
    uses: './start',
    machine: { state: 'stopped', config: ONE_SHOT, behaviour: BEHAVIOURS['does-its-job'] ?? {} },
    ...{ outcome: 'changed', says: /^started and ended, exit code 0$/, writes: [`POST ${ID}/start`] },
  },
  {
    what: 'a one-shot machine that has failed',
    uses: './start',
    machine: { state: 'stopped', config: ONE_SHOT, behaviour: BEHAVIOURS['fails-its-job'] ?? {} },
    ...{ outcome: 'failed', says: /started and ended, exit code 127/, writes: [`POST ${ID}/start`] },
  },
  {
    what: 'a machine that ends before it is warm',
    uses: './warm-up',
    machine: { state: 'stopped', config: ONE_SHOT, behaviour: BEHAVIOURS['fails-its-job'] ?? {} },
    ...{ outcome: 'failed', says: /exit code 127/, writes: [`POST ${ID}/start`] },
  },
  {
    what: 'a machine that was down since its newest start',
    uses: './stop-idle',
    inputs: { 'idle-signal': 'uptime', 'idle-for': '10m' },
    machine: {},
    event: { type: 'exit', status: 'stopped', source: 'flyd' },
    ...{ outcome: 'skipped', says: /since when it has been up: last came exit stopped/, writes: [] },
  },
];

onOneNode('When a machine does not do what it was told', (open) => {
  const toldOf = sideBySide(STORIES, async (story) => {
    const { machine, event, inputs, uses } = story;
    const scenario = await open({ apps: [{ name: APP, machines: [{ id: ID, ...machine }] }] });
    const { events } = scenario.fly.machine(APP, ID);
    if (event !== undefined) events.unshift({ id: 'newest', timestamp: Date.now() - 60_000, ...event });
    return { scenario, result: await stepWith(scenario, uses, { machines: ID, ...inputs }) };
  });

  it.each(STORIES)('says so at once, and asks for it once: $what', async (story) => {
    const { scenario, result } = await toldOf(story);
    const row = machineRows(result)[ID];
    expect(row?.outcome).toBe(story.outcome);
    expect(row?.error || row?.reason).toMatch(story.says);
    expect(writes(scenario)).toEqual(story.writes);
    expect(said(result, 'error').length > 0).toBe(story.outcome === 'failed');
    expect(result.conclusion).toBe(story.outcome === 'failed' ? 'failure' : 'success');
  });
});
