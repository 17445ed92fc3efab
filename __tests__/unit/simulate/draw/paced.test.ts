import { paced } from '../../../../simulate/draw/behaviours.js';

const ENDS = { boot: 'exits', bootMs: 1, exitAfterMs: 0 } as const;
const always = { restart: { policy: 'always' as const } };

test('a machine that ends at once, and is always started again, takes its time', () => {
  expect(paced(ENDS, always)).toEqual({ ...ENDS, bootMs: 2_000 });
  expect(paced({ boot: 'ends' }, always)).toEqual({ boot: 'ends', bootMs: 2_000 });
  expect(paced({ boot: 'ends', bootMs: 90_000 }, always)).toEqual({ boot: 'ends', bootMs: 90_000 });
});

test('any other machine is as quick as it was drawn', () => {
  expect(paced(ENDS)).toBe(ENDS);
  expect(paced(ENDS, { restart: { policy: 'on-failure' } })).toBe(ENDS);
  const quick = { bootMs: 5 };
  expect(paced(quick, always)).toBe(quick);
});
