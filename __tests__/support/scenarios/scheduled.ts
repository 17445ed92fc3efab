import type { AppSpec, MachineSpec } from '../../../emulator/machines/build.js';
import type { StepResult } from '../../../runner/step-result.js';
import type { Open } from './nodes.js';
import { APP, type Scenario } from './scenario.js';
import { stepWith, type With } from './steps.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Monday of a week in 1970. */
const A_MONDAY = 4 * DAY;

/** An app whose scheduled jobs each run on a runner of their own, at a time by Fly's clock. */
export interface Scheduled {
  readonly scenario: Scenario;
  /** Puts Fly's clock to a time of the coming week in UTC, such as `Mon 18:05`; it goes forward only. */
  at(time: string): void;
  /** Runs one step as a job of its own, in the run of that number. */
  job(uses: string, inputs?: With): Promise<StepResult>;
  /** Returns the machines' states by name, `marked` where they bear the mark. */
  states(mark: string): Readonly<Record<string, string>>;
  /** Returns the metadata of a machine. */
  metadata(name: string): Readonly<Record<string, string>>;
  idOf(name: string): string;
}

/** Opens a scenario of named machines, whose id ends with their place. */
export async function openScheduled(
  open: Open,
  machines: Readonly<Record<string, MachineSpec>>,
): Promise<Scheduled> {
  const specs = Object.entries(machines).map(([name, spec], index) => ({
    ...{ id: `c00000000000${index}`, name },
    ...spec,
  }));
  const apps: readonly AppSpec[] = [{ name: APP, machines: specs }];
  const scenario = await open({ apps });
  const monday = nextMonday(Date.now());
  let ahead = 0;
  let runs = 0;
  const idOf = (name: string) => specs.find((it) => it.name === name)?.id ?? '';
  const machine = (name: string) => scenario.fly.machine(APP, idOf(name));
  const metadata = (name: string) => machine(name).config.metadata ?? {};
  return {
    scenario,
    at(time) {
      const shift = monday + offsetOf(time) - Date.now();
      if (shift < ahead) throw new Error(`${time} is over`);
      scenario.shiftFlysClock(shift - ahead);
      ahead = shift;
    },
    job(uses, inputs = {}) {
      runs += 1;
      const job = scenario.anotherJob({ github: { repository: 'acme/ops', run_id: String(100 + runs) } });
      return stepWith({ job, fly: scenario.fly }, uses, inputs);
    },
    states: (mark) =>
      Object.fromEntries(
        specs.map(({ name }) => {
          const isMarked = metadata(name)[`marked-${mark}`] !== undefined;
          return [name, isMarked ? `${machine(name).state} marked` : machine(name).state];
        }),
      ),
    metadata,
    idOf,
  };
}

/** Returns the first Monday that is at least a day away, so that whatever was is over by then. */
function nextMonday(now: number): number {
  const days = Math.ceil((now + DAY - A_MONDAY) / (7 * DAY));
  return A_MONDAY + days * 7 * DAY;
}

function offsetOf(time: string): number {
  const [, day = '', hours, minutes] = /^(\w{3}) (\d\d):(\d\d)$/.exec(time) ?? [];
  return (
    ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(day) * DAY +
    Number(hours) * HOUR +
    Number(minutes) * MINUTE
  );
}
