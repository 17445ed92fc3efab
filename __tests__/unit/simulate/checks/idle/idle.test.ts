import type { Exchange } from '../../../../../emulator/exchange.js';
import type { Happening } from '../../../../../emulator/happening.js';
import { idleMeansIdle } from '../../../../../simulate/checks/idle/idle.js';
import type { FleetMachine } from '../../../../../simulate/history/history.js';
import type { Script, ScriptMachine } from '../../../../../simulate/script/script.js';
import { foundBy } from '../../../../support/simulate/found-by.js';
import {
  fleetMachine,
  madeHistory,
  madePost,
  madeRun,
  madeScript,
  START,
  stateChange,
} from '../../../../support/simulate/made-history.js';

const HOUR = 3_600_000;
/** Begin of the step, an hour after that of the script. */
const NOW = START + HOUR;

interface Idle {
  readonly machine?: Partial<ScriptMachine>;
  readonly born?: Partial<FleetMachine>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly before?: readonly Happening[];
  readonly script?: Partial<Script>;
  readonly others?: readonly FleetMachine[];
  readonly exchanges?: readonly Exchange[];
}

const of = ({ machine, born, inputs = {}, before = [], script, others = [], exchanges = [] }: Idle) =>
  foundBy(
    idleMeansIdle,
    madeScript([{ id: 'a', name: 'web-a', load: 'idle', ...machine }], script),
    madeHistory({
      fleet: [fleetMachine('a', born), ...others],
      runs: [madeRun({ command: 'stop-idle', inputs }, { startedAt: NOW, endedAt: NOW + 10_000 })],
      happenings: [...before, stateChange('a', 'started', 'stopping', { at: NOW + 5_000 })],
      exchanges,
    }),
  );

test('a machine that was up and quiet is well', () => {
  expect(of({})).toEqual({ found: [], seen: 1 });
});

const minutes = (n: number) => n * 60_000;
const gap = (unmeasuredFrom: number, unmeasuredUntil: number) => ({ unmeasuredFrom, unmeasuredUntil });
const old = { since: START - 48 * HOUR };
const person = { kind: 'person' as const, by: 'ada' };
const metadata = (key: string, after: string, at = NOW - minutes(1)): Happening => ({
  kind: 'metadata',
  app: 'my-app',
  machine: 'a',
  at,
  cause: person,
  key,
  before: undefined,
  after,
});

const cordon = (cordoned: boolean, at: number): Happening => ({
  kind: 'cordon',
  app: 'my-app',
  machine: 'a',
  at,
  cause: person,
  cordoned,
});

test.each<[string, Idle]>([
  ['it was busy', { machine: { load: 'busy' } }],
  ['it was busy', { machine: { load: { busyUntil: HOUR - minutes(10) } } }],
  ['it was busy', { machine: { load: { busyFrom: HOUR - minutes(10) } } }],
  ['nothing measures it', { machine: { load: 'unmeasured' } }],
  ['it was busy', { machine: { load: 'brief' } }],
  ['nothing measured it for 360000 ms', { machine: { load: gap(HOUR - minutes(20), HOUR - minutes(14)) } }],
  ['nothing measured it for 597000 ms', { machine: { load: gap(HOUR - minutes(10), 2 * HOUR) } }],
  ['it was cordoned', { born: { cordoned: true } }],
  ['it is on a schedule', { machine: { config: { schedule: 'daily' } } }],
  ['a stop destroys it', { machine: { config: { auto_destroy: true } } }],
  ['it bore keep-alive', { born: { metadata: { 'keep-alive': 'yes' } } }],
  ['it bore keep-alive', { before: [metadata('keep-alive', 'true')] }],
  [
    'it had been up for 65000 ms only',
    {
      before: [
        stateChange('a', 'started', 'stopped', { at: NOW - minutes(2), cause: person }),
        stateChange('a', 'stopped', 'started', { at: NOW - minutes(1), cause: person }),
      ],
    },
  ],
  [
    'it was stopped',
    { before: [stateChange('a', 'started', 'stopped', { at: NOW - minutes(50), cause: person })] },
  ],
  ['0 instead of 1 are left per app', { inputs: { keep: '1' } }],
  ['1 instead of 2 are left per region', { inputs: { keep: 'region=2' }, others: [fleetMachine('b')] }],
])('taken down as idle, but %s: it is found', (what, idle) => {
  expect(of(idle).found).toEqual([`taken down as idle, but ${what}`]);
});

test('a mark with an end counts until then', () => {
  const until = (ms: number) => new Date(ms).toISOString();

  expect(of({ before: [metadata('keep-alive-until', until(NOW + HOUR))] }).found).toHaveLength(1);
  expect(of({ before: [metadata('keep-alive-until', 'for good')] }).found).toHaveLength(1);
  expect(of({ before: [metadata('keep-alive-until', until(NOW - 1))] }).found).toEqual([]);
});

test.each<[string, Idle]>([
  ['gap is short', { machine: { load: gap(HOUR - minutes(20), HOUR - minutes(16)) } }],
  [
    'gap is short for a long window',
    { inputs: { 'idle-for': '6h' }, born: old, machine: { load: gap(0, minutes(9)) } },
  ],
  ['gap is over by then', { machine: { load: gap(0, minutes(20)) } }],
  ['brief requests are no traffic', { inputs: { 'idle-signal': 'cpu' }, machine: { load: 'brief' } }],
  ['uptime alone tells', { inputs: { 'idle-signal': 'uptime' }, machine: { load: 'busy' } }],
  ['a threshold is given', { inputs: { 'idle-threshold': '99' }, machine: { load: 'busy' } }],
  ['it was busy before that', { machine: { load: { busyUntil: HOUR - minutes(40) } } }],
  ['it is busy only now', { machine: { load: { busyFrom: HOUR } } }],
  ['others of the app are left', { inputs: { keep: '1' }, others: [fleetMachine('b')] }],
  [
    'those of another region do not count',
    {
      inputs: { keep: 'region=1' },
      born: { region: 'iad' },
      others: [fleetMachine('b'), fleetMachine('c', { region: 'iad' })],
    },
  ],
  [
    'somebody else has taken another down',
    {
      inputs: { keep: '1' },
      others: [fleetMachine('b')],
      before: [stateChange('b', 'started', 'stopped', { at: NOW + 1_000, cause: person })],
    },
  ],
  [
    'it was not cordoned for a while',
    { born: { cordoned: true }, before: [cordon(false, NOW + 1_000), cordon(true, NOW + 2_000)] },
  ],
  [
    'it bore another text for a while',
    {
      before: [
        metadata('keep-alive', 'true'),
        metadata('keep-alive', 'no', NOW + 1_000),
        metadata('keep-alive', 'true', NOW + 2_000),
      ],
    },
  ],
  ['it does not serve', { inputs: { keep: '1' }, machine: { config: { standbys: ['b'] } } }],
  ['the list shows less', { inputs: { keep: '1' }, script: { settings: { listShows: 'one-region' } } }],
])('nothing is found where %s', (_, idle) => {
  expect(of(idle).found).toEqual([]);
});

test('what came after its last look, a step could not know', () => {
  const made = madePost('/v1/apps/my-app/machines/a', { at: NOW + 4_000, endedAt: NOW + 4_900 });
  const look = { ...made, request: { ...made.request, method: 'GET' } };
  const crash = (at: number) => [
    stateChange('a', 'started', 'stopped', { at, cause: person }),
    stateChange('a', 'stopped', 'starting', { at: at + 1, cause: person }),
  ];
  expect(of({ before: crash(NOW + 4_500), exchanges: [look] }).found).toEqual([]);
  const early = { before: crash(NOW + 3_500), exchanges: [look] };
  expect(of(early).found).toEqual(['taken down as idle, but it was starting']);
  expect(of({ ...early, script: { settings: { staleMs: 3_000 } } }).found).toEqual([]);
});
