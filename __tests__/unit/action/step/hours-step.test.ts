import { passed } from '../../../support/rigs/step-inputs.js';
import { createStepRig } from '../../../support/rigs/step-rig.js';

/** A rig begins at noon of this Wednesday; its machines have been in their states for an hour. */
const OUTSIDE = '2025-01-15T08:00:00Z/2025-01-15T11:30:00Z,2025-01-16T08:00:00Z/2025-01-16T18:00:00Z';
const OUT = 'outside its hours since 2025-01-15T11:30:00Z until 2025-01-16T08:00:00Z';
const MACHINES = [
  { id: 'm1', name: 'web', metadata: { hours: OUTSIDE } },
  { id: 'm2', name: 'db', metadata: { hours: 'always' } },
  { id: 'm3', name: 'bot' },
];
const RUN = { GITHUB_REPOSITORY: 'acme/ops', GITHUB_RUN_ID: '42' };

async function stepOf(inputs: Readonly<Record<string, string>>) {
  const rig = createStepRig({ machines: MACHINES });
  try {
    const token = rig.fly.mintToken({ thirdParty: false });
    const given = { token, app: 'my-app', ...inputs };
    const step = await rig.step('hours', given, { env: { ...RUN, ...passed('hours', given) } });
    const metadata = rig.fly.machine('my-app', 'm1').config.metadata?.['marked-hours'];
    return { ...step, mark: metadata, lines: step.log.lines.map(({ text }) => text) };
  } finally {
    rig.end();
  }
}

describe('when a step goes by hours', () => {
  it('says of each machine, those that stay as they are included, whether it is in or out, and until when', async () => {
    const { lines, mark, runner, succeeded } = await stepOf({});
    expect(succeeded).toBe(true);
    expect(lines).toEqual(
      expect.arrayContaining([
        'As it should be: 1 machine',
        'm2 db (fra): unchanged, within its hours for good',
        'Left alone: 1 machine',
        'm3 bot (fra): skipped, no `hours` in its metadata',
        'Starting or stopping 1 machine',
        expect.stringContaining(`m1 web (fra): started → stopped, ${OUT}`),
      ]),
    );
    expect(mark).toMatch(/^2025-01-15T12:00:00\.\d{3}Z stopped acme\/ops\/42$/);
    expect(runner.outputs['text']).toMatch(
      /^started 0, stopped 1, already as it should be 1, skipped 1, failed 0 of 3 in my-app/,
    );
    expect(runner.summaries.join('\n')).toContain('Machine-hours down until the next edge');
  });

  it('says in a dry run what it would do, and why', async () => {
    const { lines, mark, runner } = await stepOf({ 'dry-run': 'true' });
    expect(lines).toContain(`m1 web (fra): started, would stop; ${OUT}`);
    expect(mark).toBeUndefined();
    expect(runner.outputs['would-change-ids']).toBe('["m1"]');
  });

  it.each([
    ['suspend', 'suspended'],
    ['stop', 'stopped'],
  ])('puts down by `down-action`: %s', async (action, state) => {
    const { runner } = await stepOf({ 'down-action': action, 'default-hours': 'always' });
    expect(JSON.parse(runner.outputs['machines'] ?? '[]')).toMatchObject([
      { id: 'm1', state },
      { id: 'm2', outcome: 'unchanged' },
      { id: 'm3', outcome: 'unchanged', reason: 'within the default hours for good' },
    ]);
  });

  it('may go over a whole organization, unless it has hours for machines without any', async () => {
    const org = { app: '*', org: 'my-org' };
    expect((await stepOf(org)).runner.outputs['count']).toBe('2');
    const { lines } = await stepOf({ ...org, 'default-hours': 'always' });
    expect(lines.join('\n')).toContain('This would start or stop everything in every app');
  });
});
