import { readable } from '../../../support/pages.js';
import { inThisProcess } from '../../../support/scenarios/inner-scenario.js';
import { MIXED, mixed } from '../../../support/scenarios/mixed-app.js';
import { lines, machineRows, output, said } from '../../../support/scenarios/results.js';
import { stepWith, type With, writes } from '../../../support/scenarios/steps.js';

/** Every command that changes something, and what it is told beside the machines. */
const CHANGING: readonly [string, With][] = [
  ['start', {}],
  ['stop', {}],
  ['suspend', {}],
  ['suspend', { fallback: 'stop' }],
  ['restart', {}],
  ['cordon', {}],
  ['uncordon', {}],
  ['exec', { run: 'true' }],
];

inThisProcess('When a step is a dry run of a command that changes something', (open) => {
  it.each(CHANGING)(
    'sends only GETs, and shows what the real one then does: %s %j',
    async (command, more) => {
      const scenario = open({ apps: mixed });
      const inputs = { machines: 'all', exclude: 'keep=true', ...more };
      const dry = await stepWith(scenario, `./${command}`, { ...inputs, 'dry-run': 'true' });
      expect(writes(scenario)).toEqual([]);
      expect(scenario.fly.requests.map(({ method }) => method)).toEqual(['GET']);
      const real = await stepWith(scenario, `./${command}`, inputs);
      expect(writes(scenario)).not.toEqual([]);

      const would = `dry run: would ${command === 'exec' ? 'run' : command}`;
      const foretold = Object.entries(machineRows(dry)).map(([id, { outcome, reason, error }]) =>
        reason === would ? [id, 'changed'] : [id, outcome, reason, error],
      );
      const done = Object.entries(machineRows(real)).map(([id, { outcome, reason, error }]) =>
        outcome === 'changed' ? [id, 'changed'] : [id, outcome, reason, error],
      );
      expect(foretold).toEqual(done);
      expect(foretold.filter(([, outcome]) => outcome === 'changed').length).toBeGreaterThan(0);
      expect(dry.conclusion).toBe(real.conclusion);
      expect(said(dry, 'warning')).toEqual(said(real, 'warning'));
      expect(output(dry, 'changed-ids')).toEqual([]);
      for (const { name = '' } of MIXED)
        for (const { summary } of [dry, real]) expect(readable(summary)).toContain(name);
      expect(lines(dry).join('\n')).toContain(`dry run: would ${command === 'exec' ? 'run on' : command} `);
    },
  );
});
