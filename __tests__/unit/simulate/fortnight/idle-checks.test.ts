import { announcedFirst } from '../../../../simulate/fortnight/judge/announced.js';
import { dryRuns } from '../../../../simulate/fortnight/judge/dry-runs.js';
import { lookedLately } from '../../../../simulate/fortnight/judge/looked-lately.js';
import {
  ADA,
  broughtUp,
  foundIn,
  type MadeStep,
  markOfStep,
  metadataSet,
  putDown,
} from '../../../support/simulate/made-fortnight.js';

const HOUR = 3_600_000;
const stop: MadeStep = {
  command: 'stop-idle',
  inputs: { announce: '24h' },
  born: { metadata: { 'marked-idle': markOfStep('announced', -25 * HOUR) } },
  orders: [['stop', 1_000]],
};
const announcedAt = (hours: number, word = 'announced') => ({
  ...stop,
  born: { metadata: { 'marked-idle': markOfStep(word, -hours * HOUR) } },
});

describe('announced in time', () => {
  const found = (made: MadeStep) => foundIn(announcedFirst, made);

  test('a stop after the announced time is well, and one that announces nothing is not judged', () => {
    expect(found(stop)).toEqual([]);
    expect(found({ ...stop, inputs: {}, born: {} })).toEqual([]);
  });

  test.each<[string, MadeStep]>([
    ['nothing had announced it', { ...stop, born: {} }],
    ['nothing had announced it', announcedAt(30, 'stopped')],
    ['it had been announced 82798 s before only', announcedAt(23)],
    [
      'it had been started since it was announced',
      { ...stop, happenings: [...putDown(-9 * HOUR, ADA), ...broughtUp(-8 * HOUR, ADA)] },
    ],
    ['it was busy since it was announced', { ...stop, spec: { load: 'busy' } }],
    ['it was busy since it was announced', { ...stop, spec: { load: { busyUntil: -2 * HOUR } } }],
    [
      'it bore keep-alive',
      { ...stop, happenings: [metadataSet('keep-alive', [undefined, 'yes'], -60_000, ADA)] },
    ],
  ])('a stop is found where %s', (why, made) => {
    expect(found(made)).toEqual([`ordered to stop, but ${why}`]);
  });
});

test('a dry run that sends an order is found', () => {
  const dry = { ...stop, inputs: { 'dry-run': 'true' } };
  expect(foundIn(dryRuns, dry)).toEqual(['sent stop']);
  expect(foundIn(dryRuns, { ...dry, orders: [] })).toEqual([]);
  expect(foundIn(dryRuns, stop)).toEqual([]);
});

test('an order long after the last look is found', () => {
  const late: MadeStep = { ...stop, orders: [['stop', 20_000]] };
  expect(foundIn(lookedLately, late)).toEqual(['ordered to stop after what it had read 19999 ms before']);
  expect(foundIn(lookedLately, stop)).toEqual([]);
  expect(foundIn(lookedLately, { ...late, command: 'stop' })).toEqual([]);
});
