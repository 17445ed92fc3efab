import { draw } from '../../../../simulate/draw/draw.js';
import { DEEDS } from '../../../../simulate/draw/others.js';
import { drawFortnight } from '../../../../simulate/fortnight/draw/draw-fortnight.js';
import { FAULT_NAMES } from '../../../../simulate/weather/faults.js';
import { inputsOf, isRead } from '../../../../src/action/inputs/table.js';
import { COMMAND_NAMES } from '../../../../src/command-table.js';

const SCRIPTS = Array.from({ length: 600 }, (_, number) => draw(7, number));
const STEPS = SCRIPTS.flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps)).filter(
  (it) => it.kind === 'action',
);

/** Returns those of the names that were never seen. */
function missing(names: readonly string[], seen: Iterable<string>): string[] {
  const known = new Set(seen);
  return names.filter((name) => !known.has(name));
}

describe('when a script is drawn', () => {
  it('is the same for the same seed and number', () => {
    expect(draw(7, 3)).toEqual(SCRIPTS[3]);
    expect(draw(7, 4)).not.toEqual(SCRIPTS[3]);
    expect(draw(8, 3)).not.toEqual(SCRIPTS[3]);
  });

  it('is a plain value that survives being printed', () => {
    for (const script of SCRIPTS) expect(JSON.parse(JSON.stringify(script))).toEqual(script);
  });

  it('has machines whose ids are as those of Fly, each once', () => {
    for (const { apps } of SCRIPTS) {
      const ids = apps.flatMap(({ machines }) => machines.map(({ id }) => id));
      expect(ids.filter((id) => !/^[0-9a-f]{14}$/.test(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('does deeds at machines that are there', () => {
    for (const { apps, others } of SCRIPTS) {
      const known = apps.flatMap(({ name, machines }) => machines.map(({ id }) => `${name}/${id}`));
      expect(
        missing(
          others.map(({ app, machine }) => `${app}/${machine}`),
          known,
        ),
      ).toEqual([]);
    }
  });

  it('is calm for about a quarter of the numbers', () => {
    const calm = SCRIPTS.filter(
      ({ others, weather, moods, jobs }) =>
        others.length + weather.length + moods.length === 0 &&
        jobs.every(({ cancelAt, clock }) => cancelAt === undefined && clock.offsetMs === 0),
    );
    expect(calm.length).toBeGreaterThan(SCRIPTS.length / 5);
    expect(calm.length).toBeLessThan(SCRIPTS.length / 2);
  });
});

/** Commands and inputs of scheduled jobs, which fortnights draw. */
const SCHEDULED = { commands: ['hours', 'label'], inputs: ['mark', 'marked', 'announce'] };

describe('when many scripts are drawn', () => {
  it('gives each command each input that it reads', () => {
    const all = COMMAND_NAMES.filter((name) => !SCHEDULED.commands.includes(name)).flatMap((name) =>
      inputsOf(name)
        .filter((input) => !SCHEDULED.inputs.includes(input))
        .map((input) => `${name} ${input}`),
    );
    const seen = SCRIPTS.concat(Array.from({ length: 1_400 }, (_, number) => draw(8, number)))
      .flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps))
      .flatMap((it) =>
        it.kind === 'action' ? Object.keys(it.inputs).map((name) => `${it.command} ${name}`) : [],
      );
    expect(missing(all, seen)).toEqual([]);
  });

  it('leaves what is for scheduled jobs to fortnights, which draw it', () => {
    const steps = Array.from({ length: 12 }, (_, number) => number).flatMap((number) =>
      drawFortnight(8, number).jobs.flatMap((job) => job.steps),
    );
    const seen = steps.flatMap((it) =>
      it.kind === 'action' ? Object.keys(it.inputs).map((name) => `${it.command} ${name}`) : [],
    );
    const scheduled = ['org', 'app', 'default-hours', 'down-action', 'fallback', 'exclude', 'dry-run'];
    const all = [
      ...scheduled.map((name) => `hours ${name}`),
      ...['label set', 'stop mark', 'suspend mark', 'start marked', 'stop-idle announce', 'start hold'],
    ];
    expect(missing(all, seen)).toEqual([]);
  });

  it('mostly gives commands inputs that they read', () => {
    const names = new Set<string>(COMMAND_NAMES.flatMap((name) => inputsOf(name)));
    const wrong = STEPS.filter(({ command, inputs }) =>
      // The cast is safe: the set holds names of inputs alone.
      Object.keys(inputs).some(
        (name) => !names.has(name) || !isRead(name as Parameters<typeof isRead>[0], command),
      ),
    );
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.length).toBeLessThan(STEPS.length / 25);
  });

  it('has each fault and each deed', () => {
    const faults = Array.from({ length: 4_000 }, (_, number) => draw(9, number)).flatMap(
      ({ weather }) => weather,
    );
    expect(
      missing(
        FAULT_NAMES,
        faults.map(({ fault }) => fault),
      ),
    ).toEqual([]);
    const deeds = SCRIPTS.flatMap(({ others }) => others.map(({ does }) => does));
    expect(missing([...DEEDS], deeds)).toEqual([]);
  });
});
