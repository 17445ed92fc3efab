import { type Phase, Timeline } from '../../../../src/commands/result/timeline.js';
import { steppingClock } from '../../../support/fakes/stepping-clock.js';

/** What is noted of phases that last so long, the first of which begins a second after the work on all machines. */
async function noted(steps: readonly (readonly [Phase | undefined, number])[]): Promise<string[]> {
  const clock = steppingClock();
  const origin = clock.now();
  await clock.sleep(1_000);
  const timeline = new Timeline(clock, origin);
  for (const [phase, ms] of steps) {
    timeline.enter(phase);
    await clock.sleep(ms);
  }
  return timeline.spans.map(({ phase, from, to }) => `${phase} ${from} to ${to}`);
}

describe('when a machine goes through phases', () => {
  it('notes each from its beginning to that of the next', async () => {
    expect(
      await noted([
        ['turn', 500],
        ['request', 200],
        ['state', 3_000],
        [undefined, 0],
      ]),
    ).toEqual(['turn 1000 to 1500', 'request 1500 to 1700', 'state 1700 to 4700']);
  });

  it('leaves out what took no time', async () => {
    expect(
      await noted([
        ['turn', 0],
        ['request', 200],
        ['state', 0],
        [undefined, 0],
      ]),
    ).toEqual(['request 1000 to 1200']);
  });

  it('makes one of what goes on, and two of what is taken up again', async () => {
    const steps = [
      ['lease', 100],
      ['request', 0],
      ['lease', 200],
      ['request', 50],
      ['lease', 10],
    ] as const;
    expect(await noted([...steps, [undefined, 0]])).toEqual([
      'lease 1000 to 1300',
      'request 1300 to 1350',
      'lease 1350 to 1360',
    ]);
  });

  it('notes nothing after the end', async () => {
    expect(
      await noted([
        ['turn', 10],
        [undefined, 500],
        [undefined, 10],
      ]),
    ).toEqual(['turn 1000 to 1010']);
  });
});
