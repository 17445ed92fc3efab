import { array, assert, asyncProperty, boolean, integer, record } from 'fast-check';
import { placesFor } from '../../src/places.js';
import { caught } from '../support/caught.js';

/** Work that ends when it is told to. */
function held() {
  let end = (_: string) => {};
  let fail = (_: Error) => {};
  const done = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { end, fail, work: () => done };
}

const settled = () => new Promise(setImmediate);

describe('when there are fewer places than work', () => {
  it('begins the others in their order, each as soon as one ends', async () => {
    const places = placesFor(2);
    const begun: number[] = [];
    const works = [0, 1, 2, 3].map(() => held());
    const all = works.map(({ work }, index) =>
      places(() => {
        begun.push(index);
        return work();
      }),
    );
    await settled();
    expect(begun).toEqual([0, 1]);
    works[1]?.end('one');
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    expect(await all[1]).toBe('one');
    works[0]?.end('');
    works[2]?.end('');
    works[3]?.end('three');
    expect(await all[3]).toBe('three');
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('gives the place of work that fails to the next, and tells how it failed', async () => {
    const places = placesFor(1);
    const [first, second] = [held(), held()];
    const failing = caught(places(first.work));
    const next = places(second.work);
    const thrown = caught(
      places(() => {
        throw new Error('at once');
      }),
    );
    first.fail(new Error('later'));
    second.end('well');
    expect(await failing).toMatchObject({ message: 'later' });
    expect(await next).toBe('well');
    expect(await thrown).toMatchObject({ message: 'at once' });
    expect(await places(() => 'a plain value')).toBe('a plain value');
  });
});

it('never has more under way than there are places, and leaves none empty', async () => {
  const one = record({ ticks: integer({ min: 0, max: 5 }), fails: boolean() });
  const never = asyncProperty(
    integer({ min: 1, max: 4 }),
    array(one, { maxLength: 20 }),
    async (most, all) => {
      const places = placesFor(most);
      let [underWay, highest] = [0, 0];
      const begun: number[] = [];
      const run = async ({ ticks, fails }: (typeof all)[number], index: number) => {
        begun.push(index);
        underWay += 1;
        highest = Math.max(highest, underWay);
        for (let tick = 0; tick < ticks; tick += 1) await settled();
        underWay -= 1;
        if (fails) throw new Error('failed');
      };
      await Promise.allSettled(all.map((it, index) => places(() => run(it, index))));
      expect(begun).toEqual(all.map((_, index) => index));
      expect(highest).toBeLessThanOrEqual(most);
      if (all.every(({ ticks }) => ticks > 0)) expect(highest).toBe(Math.min(most, all.length));
    },
  );
  await assert(never);
});
