import { durationIn } from '../../../../../simulate/checks/time/duration.js';

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['250ms', 250],
  [' 2m ', 120_000],
  ['auto', undefined],
  ['none', undefined],
  ['', undefined],
  ['5 minutes', undefined],
])('%j is read', (text, ms) => {
  expect(durationIn(text)).toBe(ms);
});
