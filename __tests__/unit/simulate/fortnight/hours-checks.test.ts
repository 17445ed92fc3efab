import { hoursOrders } from '../../../../simulate/fortnight/judge/hours-orders.js';
import { hoursReached } from '../../../../simulate/fortnight/judge/hours-reached.js';
import {
  ADA,
  broughtUp,
  foundIn,
  type MadeStep,
  markOfStep,
  metadataSet,
  putDown,
} from '../../../support/simulate/made-fortnight.js';
import { START, stateChange } from '../../../support/simulate/made-history.js';

const HOUR = 3_600_000;
/** Out since an hour before the step begins, and in until an hour after. */
const OUT = 'Mon-Fri 07:00-12:00 Europe/Berlin';
const IN = 'Mon-Fri 07:00-14:00 Europe/Berlin';
const marked = (hours: string) => ({ hours, 'marked-hours': markOfStep('stopped', -20 * HOUR) });
const down = { state: 'stopped', metadata: marked(IN) };
const set = metadataSet('marked-hours', [undefined, markOfStep('stopped')], 500);
const stop: MadeStep = {
  command: 'hours',
  born: { metadata: { hours: OUT } },
  orders: [['stop', 1_000]],
  happenings: [set, ...putDown(1_000)],
  outcome: 'changed',
};
const start: MadeStep = {
  command: 'hours',
  born: down,
  orders: [['start', 1_000]],
  happenings: [
    ...broughtUp(1_000),
    metadataSet('marked-hours', [markOfStep('stopped', -20 * HOUR), undefined], 2_500),
  ],
  outcome: 'changed',
};
const woken = (at: number) => [...putDown(at - 60_000, ADA), ...broughtUp(at, ADA)];

test.each<[string, MadeStep]>([
  ['puts down what is out', stop],
  ['wakes what is in', start],
  ['goes by `default-hours`', { ...stop, born: {}, inputs: { 'default-hours': OUT } }],
  [
    'can’t know of what came after its look',
    {
      ...stop,
      happenings: [...(stop.happenings ?? []), metadataSet('keep-alive', [undefined, 'true'], 900, ADA)],
    },
  ],
  [
    'puts down what was woken before the edge',
    { ...stop, happenings: [...woken(-2 * HOUR), ...(stop.happenings ?? [])] },
  ],
  [
    'takes a restart after the edge for the same run',
    {
      ...stop,
      happenings: [
        stateChange('a', 'started', 'restarting', { at: START - 600_000, cause: ADA }),
        stateChange('a', 'restarting', 'starting', { at: START - 599_000, cause: ADA }),
        stateChange('a', 'starting', 'started', { at: START - 598_000, cause: ADA }),
        ...(stop.happenings ?? []),
      ],
    },
  ],
  [
    'takes a crash after the edge for the same run',
    {
      ...stop,
      happenings: [
        stateChange('a', 'started', 'stopped', { at: START - 600_000, cause: { kind: 'machine' } }),
        stateChange('a', 'stopped', 'starting', { at: START - 600_000, cause: { kind: 'machine' } }),
        stateChange('a', 'starting', 'started', { at: START - 598_000, cause: { kind: 'machine' } }),
        ...(stop.happenings ?? []),
      ],
    },
  ],
])('all is well where `hours` %s', (_, made) => {
  expect(foundIn(hoursOrders, made)).toEqual([]);
  expect(foundIn(hoursReached, made)).toEqual([]);
});

test.each<[string, MadeStep]>([
  ['it was within its hours', { ...stop, born: { metadata: { hours: IN } } }],
  ['it has no hours', { ...stop, born: {} }],
  ['nobody can read its hours "Mon-Fry"', { ...stop, born: { metadata: { hours: 'Mon-Fry' } } }],
  [
    'its hours had no edge yet',
    { ...stop, born: { metadata: { hours: '2030-01-01T00:00:00Z/2030-01-02T00:00:00Z' } } },
  ],
  ['it bore keep-alive', { ...stop, born: { metadata: { hours: OUT, 'keep-alive': 'yes' } } }],
  [
    'it bore keep-alive-until tomorrow',
    { ...stop, born: { metadata: { hours: OUT, 'keep-alive-until': 'tomorrow' } } },
  ],
  ['it was cordoned', { ...stop, born: { cordoned: true, metadata: { hours: OUT } } }],
  ['it was not asked to touch it', { ...stop, inputs: { exclude: 'a' } }],
  [
    'somebody held a lease',
    {
      ...stop,
      happenings: [
        {
          kind: 'lease',
          app: 'my-app',
          machine: 'a',
          at: START - 60_000,
          cause: ADA,
          does: 'taken',
          nonce: '1',
          until: START + HOUR,
        },
      ],
    },
  ],
  [
    'somebody had woken it at 2025-01-15T11:30:00.800Z, after the edge at 2025-01-15T11:00:00.000Z',
    { ...stop, happenings: woken(-HOUR / 2) },
  ],
])('an order to stop is found where %s', (why, made) => {
  expect(foundIn(hoursOrders, made)).toEqual([`ordered to stop, but ${why}`]);
});

test.each<[string, MadeStep]>([
  ['it was out of its hours', { ...start, born: { ...down, metadata: marked(OUT) } }],
  ['it bore no mark of having been put down', { ...start, born: { ...down, metadata: { hours: IN } } }],
  [
    'it bore no mark of having been put down',
    { ...start, born: { ...down, metadata: { hours: IN, 'marked-hours': markOfStep('announced') } } },
  ],
  ['it was started', { ...start, born: { metadata: marked(IN) } }],
])('an order to start is found where %s', (why, made) => {
  expect(foundIn(hoursOrders, made)).toEqual([`ordered to start, but ${why}`]);
});

const idle = { orders: [], happenings: [], outcome: 'unchanged' };

test.each<[string, MadeStep]>([
  ['is to go down (due), but it is started; it says unchanged: ', { ...stop, ...idle }],
  ['is to go down (due), but it bears no mark; it says changed: ', { ...stop, happenings: putDown(1_000) }],
  ['is to go down (due), but that is not what it tells; it says skipped: ', { ...stop, outcome: 'skipped' }],
  ['is to come up (due), but it is stopped; it says unchanged: ', { ...start, ...idle }],
  [
    `is to come up (due), but it bears the mark "${markOfStep('stopped', -20 * HOUR)}"; it says changed: `,
    { ...start, happenings: broughtUp(1_000) },
  ],
  [
    `is to stay (it was within its hours), but it bears the mark "${markOfStep('stopped', -20 * HOUR)}"; it says unchanged: `,
    { ...stop, ...idle, born: { metadata: marked(IN) } },
  ],
  [
    'is to stay (it bore keep-alive), but it is stopped; it says changed: ',
    { ...stop, born: { metadata: { hours: OUT, 'keep-alive': 'on' } } },
  ],
  [
    'is to go down (due), but the step does not tell of it; it says undefined: ',
    { ...stop, run: { outputs: {} } },
  ],
])('what has not come there is found: %s', (what, made) => {
  expect(foundIn(hoursReached, made)).toEqual([what]);
});

test.each<[string, MadeStep]>([
  [
    'somebody touched it',
    { ...stop, ...idle, happenings: [metadataSet('role', [undefined, 'web'], -3_000, ADA)] },
  ],
  ['the step was cancelled', { ...stop, ...idle, run: { end: 'killed' } }],
  [
    'the edge is near',
    { ...stop, ...idle, born: { metadata: { hours: '2025-01-10T00:00:00Z/2025-01-15T12:00:05Z' } } },
  ],
  ['it is bounded', { ...stop, ...idle, inputs: { limit: '1' } }],
  ['the machine does as it likes', { ...start, ...idle, spec: { behaviour: { boot: 'fails' } } }],
])('nothing is said where %s', (_, made) => {
  expect(foundIn(hoursReached, made)).toEqual([]);
});
