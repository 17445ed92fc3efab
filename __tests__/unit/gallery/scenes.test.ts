import { readOptions } from '../../../gallery/options.js';
import { summaryOfScene } from '../../../gallery/scenes/scene.js';
import { SCENES } from '../../../gallery/scenes/scenes.js';

const sceneNamed = (name: string) => SCENES.filter((it) => it.name === name);

describe('when a scene is played', () => {
  it.each(sceneNamed('start-12').concat(sceneNamed('stop-idle-announced')))(
    'makes the same summary each time: $says',
    async (scene) => {
      const summary = await summaryOfScene(scene);
      expect(summary.length).toBeGreaterThan(100);
      expect(await summaryOfScene(scene)).toBe(summary);
    },
  );

  it('has a name of its own', () => {
    expect(new Set(SCENES.map(({ name }) => name)).size).toBe(SCENES.length);
  });
});

describe('when the gallery is asked for part of itself', () => {
  it('reads which part', () => {
    expect(readOptions(['--only', 'list', '--no-pictures'])).toMatchObject({ only: 'list', pictures: false });
  });

  it('refuses what it does not know', () => {
    expect(() => readOptions(['--onyl', 'list'])).toThrow('There is no option --onyl; --help shows them.');
  });
});
