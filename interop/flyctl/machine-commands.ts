import { APP, idOf, type Stage } from './stage.js';

interface Case {
  /** Command and flags; the machine's id follows them. */
  readonly command: readonly string[];
  readonly machine: string;
  readonly exitCode?: number;
  readonly prints: RegExp;
  /** State of the machine in the emulator afterwards. */
  readonly state: string;
  readonly cordoned?: boolean;
}

/** Cases in the order in which they run. */
const CASES: readonly Case[] = [
  { command: ['start'], machine: 'worker-1', prints: /has been started/, state: 'started' },
  { command: ['start'], machine: 'worker-2', prints: /has been started/, state: 'started' },
  { command: ['wait', '--state', 'started'], machine: 'worker-1', prints: /reached state/, state: 'started' },
  { command: ['stop', '-w', '30s'], machine: 'worker-1', prints: /successfully stopped/, state: 'stopped' },
  {
    command: ['stop', '-w', '30s', '-s', 'sigterm', '--timeout', '3'],
    machine: 'worker-2',
    prints: /successfully stopped/,
    state: 'stopped',
  },
  { command: ['suspend', '-w', '30s'], machine: 'web-2', prints: /has been suspended/, state: 'suspended' },
  { command: ['restart'], machine: 'web-1', prints: /restarted successfully/, state: 'started' },
  {
    command: ['restart', '-s', 'SIGTERM', '--time', '5'],
    machine: 'old',
    prints: /restarted successfully/,
    state: 'started',
  },
  { command: ['wait'], machine: 'web-1', prints: /reached state "started"/, state: 'started' },
  { command: ['cordon'], machine: 'web-1', prints: /done!/, state: 'started', cordoned: true },
  { command: ['uncordon'], machine: 'web-1', prints: /done!/, state: 'started', cordoned: false },
  {
    command: ['wait', '--state', 'stopped', '-w', '1s'],
    machine: 'web-1',
    exitCode: 1,
    prints: /did not reach "stopped" within 1s: .*currently started/,
    state: 'started',
  },
  {
    command: ['start'],
    machine: 'full',
    exitCode: 1,
    prints: /could not start machine due to lack of capacity/,
    state: 'stopped',
  },
  {
    command: ['start'],
    machine: 'broken',
    exitCode: 1,
    prints: /machine could not be started: could not start the machine/,
    state: 'stopped',
  },
  {
    command: ['stop'],
    machine: 'nobody',
    exitCode: 1,
    prints: /machine nobody was not found in app 'shop'/,
    state: 'none',
  },
];

/** Commands that leave an event. */
const EVENTFUL: ReadonlySet<string> = new Set(['start', 'stop', 'suspend', 'restart']);

/** Plays every command that changes machines, and compares its output and the machine afterwards. */
export async function runMachineCommands({ fly, cli, transcript }: Stage): Promise<void> {
  for (const { command, machine, exitCode = 0, prints, state, cordoned } of CASES) {
    const id = machine === 'nobody' ? machine : idOf(machine);
    const [name = '', ...flags] = command;
    const before = fly.clock.now();
    const result = await cli.run(['machine', name, id, ...flags, '-a', APP]);
    transcript.command(result);
    transcript.same(`exit code ${exitCode}`, result.exitCode, exitCode);
    transcript.says('it reports the result', result.stdout + result.stderr, prints);
    if (exitCode === 0) transcript.same('it prints no error', /error|fail/i.test(result.stderr), false);
    if (machine === 'nobody') continue;
    if (name === 'start' && exitCode === 0) await cli.run(['machine', 'wait', id, '-a', APP]);
    const now = fly.machine(APP, id);
    transcript.same(`${machine} is ${state}`, now.state, state);
    if (exitCode === 0 && EVENTFUL.has(name)) {
      const types = now.events.filter(({ timestamp }) => timestamp >= before).map(({ type }) => type);
      transcript.same(`the events of the machine include the ${name}`, types.includes(name), true);
    }
    if (cordoned !== undefined) transcript.same(`cordoned: ${cordoned}`, now.cordoned, cordoned);
    transcript.same('the machine has no lease', now.lease, undefined);
  }
}
