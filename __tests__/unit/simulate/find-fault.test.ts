import { Dice } from '../../../fuzz/dice.js';
import { faultFinder } from '../../../simulate/play/find-fault.js';
import type { Gust } from '../../../simulate/script/script.js';
import { START } from '../../support/simulate/made-history.js';

const finderOf = (...weather: Gust[]) => {
  const find = faultFinder(
    { weather, start: START },
    { now: () => START + 1_000, dice: new Dice(1, 'weather'), onMet: () => undefined },
  );
  return (authorization: string, by = 'job/0') =>
    find({ method: 'GET', path: '/v1/apps/my-app/machines', headers: { authorization }, body: '', by }) !==
    undefined;
};
const FORGOTTEN: Gust = { fault: 'discharge forgotten', from: 0, until: 9_000, rate: 1 };

test('a fault meets requests while its gust blows', () => {
  expect(finderOf({ ...FORGOTTEN, fault: 'unavailable' })('old')).toBe(true);
  expect(finderOf({ ...FORGOTTEN, fault: 'unavailable', until: 500 })('old')).toBe(false);
});

test('one that a fresh discharge mends meets a process until that brings another header', () => {
  const isMet = finderOf(FORGOTTEN, FORGOTTEN);

  expect(['old', 'old', 'new', 'old'].map((it) => isMet(it))).toEqual([true, true, false, true]);
  expect(isMet('new', 'job/1')).toBe(true);
});
