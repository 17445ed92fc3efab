import { draw } from '../../../simulate/draw/draw.js';
import { play } from '../../../simulate/play/play.js';
import { story } from '../../../simulate/story/story.js';

describe('when a script is played', () => {
  it('has the same history each time', async () => {
    for (const number of [0, 1, 2, 3, 4]) {
      const script = draw(7, number);
      expect(await play(structuredClone(script))).toEqual(await play(script));
    }
  });

  it('begins each step of the job, and tells what it did', async () => {
    const script = draw(7, 0);
    const history = await play(script);
    expect(history.runs.length).toBeGreaterThan(0);
    const told = story(script, history, [{ check: 'some check', what: 'not so', time: history.endedAt }]);
    for (const { id, step } of history.runs) {
      expect(told).toContain(`${id} `);
      expect(told).toContain(step.command);
    }
    expect(told).toContain('some check: not so');
  });
});
