import type { MachineSpec } from '../../../emulator/machines/build.js';
import type { TokenOptions } from '../../../emulator/tokens.js';
import { type ChangePlan, change } from '../../../src/commands/change.js';
import { Halt } from '../../../src/commands/engine/halt.js';
import type { ChangeOptions } from '../../../src/commands/engine/machine-changer.js';
import type { RecordKeeper } from '../../../src/commands/engine/record-keeper.js';
import type { PlanOverview, WorkTools } from '../../../src/commands/engine/work-tools.js';
import { type ExecOptions, exec } from '../../../src/commands/exec/exec.js';
import { label } from '../../../src/commands/label/label.js';
import type { AppMachine } from '../../../src/commands/result/app-machine.js';
import type { CommandResult, MachineResult } from '../../../src/commands/result/result.js';
import type { Choice } from '../../../src/commands/selection/choose.js';
import type { Selector } from '../../../src/commands/selection/selector.js';
import type { Shard } from '../../../src/commands/selection/shard.js';
import { wait } from '../../../src/commands/wait.js';
import { TRANSITIONS, type TransitionName } from '../../../src/machines/transitions.js';
import { selector } from '../machines.js';
import { APP, createMachinesRig, type MachinesRig, type MachinesRigOptions } from './machines-rig.js';

/** What a command came to, and what it told on the way. */
export interface Changed {
  readonly result: CommandResult;
  /** Ids, as the machines were done. */
  readonly done: string[];
  /** What was told and warned of on the way. */
  readonly said: string[];
  readonly warned: string[];
  /** How the work was announced: `Stopping 3`, and `end`. */
  readonly phases: string[];
}

/** What is asked of a command; by default, all machines of `my-app`. */
export interface Wish extends Partial<ChangeOptions> {
  readonly apps?: readonly string[];
  readonly org?: string;
  readonly selector?: Selector;
  readonly shard?: Shard;
  readonly limit?: number;
  readonly dryRun?: boolean;
  readonly timeout?: number;
  readonly hold?: number | undefined;
  /** Name of the mark that the step writes. */
  readonly mark?: string;
  readonly restores?: boolean;
  /** How many machines of each group may be down at once; by default all of them. */
  readonly most?: ChangePlan['most'];
  /** Whether nothing new is begun after the first failure. */
  readonly halts?: boolean;
  /** Is told of what is sent. */
  readonly keeper?: RecordKeeper;
}

/** Machines `m000`, `m001`, … */
export function many(count: number, spec: (index: number) => MachineSpec = () => ({})): MachineSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `m${String(index).padStart(3, '0')}`,
    state: 'stopped',
    ...spec(index),
  }));
}

/** A rig whose token may not do everything. */
export function rigWithToken(token: TokenOptions, options: MachinesRigOptions = {}): MachinesRig {
  let text = '';
  const rig = createMachinesRig({
    ...options,
    around: (inner) => (request) =>
      inner({ ...request, headers: { ...request.headers, authorization: text } }),
  });
  text = rig.fly.mintToken({ thirdParty: false, ...token });
  return rig;
}

/** Runs a command that changes machines, to its end. */
export function run(rig: MachinesRig, name: TransitionName, wish: Wish = {}): Promise<Changed> {
  const {
    apps: _,
    org: ______,
    selector: __,
    shard: ___,
    limit: ____,
    dryRun: _____,
    timeout,
    hold,
    mark,
    restores = false,
    keeper,
    most,
    halts = false,
    ...options
  } = wish;
  const plan: ChangePlan = {
    choice: choiceOf(wish),
    options: {
      wishes: {},
      wait: true,
      onLease: 'wait',
      lease: undefined,
      requests: keeper?.requests,
      ...options,
    },
    ...{ timeout, restores, keeper, most, now: () => rig.clock.now() },
    mark: mark === undefined ? undefined : { name: mark, by: 'acme/ops/7', now: () => rig.clock.now() },
    keepAlive: hold === undefined ? undefined : { ms: hold, now: () => rig.clock.now(), random: () => 0 },
  };
  return follow(rig, (tools) => change(TRANSITIONS[name], plan, withHalt(halts, rig, tools)), {
    takeTurns: most !== undefined,
  });
}

/** The tools of a step that halts at its first failure, or of one that doesn't. */
export function withHalt<T extends WorkTools>(halts: boolean, { clock }: MachinesRig, tools: T): T {
  return halts ? { ...tools, halt: new Halt(clock) } : tools;
}

/** Runs `wait`, to its end. */
export function runWait(rig: MachinesRig, states: readonly string[], wish: Wish = {}): Promise<Changed> {
  return follow(rig, (tools) => wait(states, choiceOf(wish), tools));
}

/** Runs `exec`, to its end. */
export function runExec(
  rig: MachinesRig,
  {
    onLease = 'wait',
    ...command
  }: Omit<ExecOptions, 'places' | 'onLease'> & Partial<Pick<ExecOptions, 'onLease'>>,
  wish: Wish & { readonly places?: number } = {},
): Promise<Changed> {
  const { places = 20, timeout, halts = false } = wish;
  const options = { ...command, onLease, places };
  return follow(rig, (tools) =>
    exec({ options, choice: choiceOf(wish), timeout }, withHalt(halts, rig, tools)),
  );
}

/** Runs `label`, to its end. */
export function runLabel(
  rig: MachinesRig,
  labels: Readonly<Record<string, string | undefined>>,
  { onLease = 'wait', halts = false, ...wish }: Wish = {},
): Promise<Changed> {
  const each = Object.entries(labels).map(([key, value]) => ({ key, value }));
  return follow(rig, (tools) =>
    label({ labels: each, onLease, choice: choiceOf(wish) }, withHalt(halts, rig, tools)),
  );
}

/** The choice of a wish. */
export function choiceOf({
  apps = [APP],
  org,
  selector: chosen,
  shard,
  limit,
  dryRun = false,
}: Wish): Choice {
  return {
    scope: { apps, org },
    selector: chosen ?? selector({ machines: 'all' }),
    shard,
    limit,
    dryRun,
  };
}

/** Deadlines of steps that are over. */
const ended = new WeakSet<object>();

/**
 * Runs the work, and checks what must hold however it ends: each machine is told of once, and no timer is left. Where it
 * `replaces` machines, more are done than were announced; where they `takeTurns`, work on some begins later.
 */
export async function follow(
  rig: MachinesRig,
  work: (tools: WorkTools) => Promise<CommandResult>,
  { replaces = false, takeTurns = false }: { readonly replaces?: boolean; readonly takeTurns?: boolean } = {},
): Promise<Changed> {
  if (ended.has(rig.deadline)) rig.begin();
  const { client, clock, deadline } = rig;
  const done: MachineResult[] = [];
  const said: string[] = [];
  const warned: string[] = [];
  const phases: string[] = [];
  const told: MachineResult[] = [];
  const progress = {
    planned: ({ settled }: PlanOverview) => void told.push(...settled),
    begin: (doing: string, { length }: readonly unknown[]) => void phases.push(`${doing} ${length}`),
    end: () => void phases.push('end'),
    done: (result: MachineResult) => void done.push(result),
    turn: () => undefined,
    round: () => void said.push('round'),
    tell: ({ id }: AppMachine, what: string) => void said.push(`${id}: ${what}`),
    note: (line: string) => void said.push(line),
    warn: (line: string) => {
      said.push(line);
      warned.push(line);
    },
  };
  const timers = countingSleeps(rig);
  const result = await clock.run(work({ client, clock, deadline, progress }));
  deadline.end();
  ended.add(deadline);
  await new Promise((resolve) => setImmediate(resolve));
  expect(timers()).toBe(0);
  const announced = expect.stringMatching(replaces ? / \d+$/ : ` ${done.length}$`);
  expect(phases).toEqual(done.length === 0 ? [] : [announced, 'end']);
  if (replaces) expect(new Set(done.map(({ machine }) => machine)).size).toBe(done.length);
  else expect(result.machines.filter((it) => done.includes(it))).toHaveLength(done.length);
  if (!replaces) expect(result.machines.filter((it) => !done.includes(it))).toEqual(told);
  for (const machine of result.machines) expectSane(machine, replaces || takeTurns);
  return { result, done: done.map(({ machine }) => machine.id), said, warned, phases };
}

/** How many sleeps are going on; those that began before don't count. */
function countingSleeps({ clock }: MachinesRig): () => number {
  let pending = 0;
  const sleep = clock.sleep.bind(clock);
  clock.sleep = async (ms, signal) => {
    pending += 1;
    try {
      await sleep(ms, signal);
    } finally {
      pending -= 1;
    }
  };
  return () => pending;
}

/** Spans follow each other, and lie within the time that the machine took. */
function expectSane({ spans = [], durationMs }: MachineResult, beginsLater: boolean): void {
  let end = 0;
  for (const { from, to } of spans) {
    expect(from).toBeGreaterThanOrEqual(end);
    expect(to).toBeGreaterThan(from);
    end = to;
  }
  const begun = beginsLater ? (spans[0]?.from ?? 0) : 0;
  expect(end).toBeLessThanOrEqual(begun + durationMs);
}

/** `{ m000: 'changed' }` */
export function outcomes({ result }: Pick<Changed, 'result'>): Record<string, string> {
  return Object.fromEntries(result.machines.map(({ machine, outcome }) => [machine.id, outcome]));
}

/** The only machine's result; throws when there are others. */
export function only({ result }: Changed): MachineResult {
  const [first, ...others] = result.machines;
  if (first === undefined || others.length > 0)
    throw new Error(`There are ${result.machines.length} machines.`);
  return first;
}

/** The phases that a machine went through, in their order. */
export function phasesOf({ spans = [] }: MachineResult): string[] {
  return spans.map(({ phase }) => phase);
}

/** How many requests of each kind: `{ 'GET machines': 1, 'POST start': 3 }`. */
export function counts(rig: MachinesRig): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of rig.asked()) {
    const kind = line
      .replace(/ m\d+\//, ' ')
      .replace(/ m\d+(?= )/, ' machine')
      .replace(/[? ][^ ]*$/, '')
      .replace(/\?.*/, '');
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

/** How many requests of one kind there were. */
export function countOf(rig: MachinesRig, kind: string): number {
  return counts(rig)[kind] ?? 0;
}

/** Somebody else takes the machine's lease, for so many seconds. */
export function leaseOfOther(rig: MachinesRig, id: string, seconds: number): void {
  const machine = rig.fly.machine(APP, id);
  machine.lease = {
    nonce: 'nonce-of-other',
    owner: 'somebody@tokens.fly.io',
    description: 'deploy',
    version: machine.instanceId,
    expiresAt: Math.floor(rig.clock.now() / 1_000) + seconds,
  };
}
