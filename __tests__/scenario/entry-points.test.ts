import { inputsOf } from '../../src/action/inputs/table.js';
import { COMMAND_NAMES, type CommandName } from '../../src/command-table.js';
import { onEachNode } from '../support/scenarios/nodes.js';
import { APP, type Scenario, WEB } from '../support/scenarios/scenario.js';
import type { With } from '../support/scenarios/steps.js';

/** Inputs without which a command has nothing to do, beside its machines. */
const MORE: Partial<Record<CommandName, With>> = {
  exec: { run: 'true' },
  'stop-idle': { 'idle-for': '10m', 'idle-signal': 'uptime' },
  label: { set: 'team=red' },
};

const inputsFor = (command: CommandName): With => ({
  ...(inputsOf(command).includes('machines') && { machines: WEB }),
  ...MORE[command],
});

onEachNode("When each of the bundle's entry points is run", (open) => {
  let scenario: Scenario;
  let auth: With;
  beforeAll(async () => {
    scenario = await open();
    auth = { token: scenario.fly.mintToken({ app: APP }), app: APP };
    await scenario.job.step({ uses: './auth', with: auth });
  });

  it.each(COMMAND_NAMES)('does its work: %s', async (command) => {
    const inputs = command === 'auth' ? auth : inputsFor(command);
    const result = await scenario.job.step({ uses: `./${command}`, with: inputs });
    expect(result).toMatchObject({ conclusion: 'success', exitCode: 0, stderr: '' });
    expect(Object.keys(result.outputs)).toContain('machines');
  });

  it('does the work of any command by the root action', async () => {
    const result = await scenario.job.step({ uses: '.', with: { command: 'list' } });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '4' }, stderr: '' });
  });

  it('clears up in the posts of all of them', async () => {
    const posts = await scenario.job.post();
    expect(posts.length).toBeGreaterThan(2);
    expect(posts.map(({ conclusion, stderr }) => [conclusion, stderr])).toEqual(
      posts.map(() => ['success', '']),
    );
    expect(scenario.job.files().filter(({ path }) => path.includes('session'))).toEqual([]);
  });
});
