import { Heap, type HeapItem } from '../../../emulator/heap.js';
import { seededRandom } from '../../../emulator/random.js';

const byNumber = () => new Heap<number>((a, b) => a < b);

describe('when numbers go through a heap', () => {
  it('has the smallest first, whichever came and left', () => {
    const random = seededRandom(3);
    const heap = byNumber();
    let present: HeapItem<number>[] = [];
    for (let count = 0; count < 2_000; count += 1) {
      const [kind = 0, high = 0, low = 0] = random(3);
      if (kind < 140) present.push(heap.add(high * 256 + low));
      else {
        const item = present[(high * 256 + low) % (present.length + 1)];
        if (item !== undefined) heap.remove(item);
        present = present.filter((it) => it !== item);
      }
      const values = present.map(({ value }) => value);
      expect(heap.first).toBe(values.length === 0 ? undefined : Math.min(...values));
    }
  });

  it('lets an item leave once', () => {
    const heap = byNumber();
    const one = heap.add(1);
    heap.add(2);
    heap.remove(one);
    heap.remove(one);
    expect(heap.first).toBe(2);
  });
});
