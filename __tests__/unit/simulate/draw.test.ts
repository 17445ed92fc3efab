import { draw } from '../../../simulate/draw/draw.js';

const SCRIPTS = Array.from({ length: 200 }, (_, number) => draw(7, number));

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
});
