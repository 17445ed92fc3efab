import {
  atOdds,
  chooseApps,
  fits,
  isPattern,
  spelledOut,
} from '../../../../src/commands/selection/app-patterns.js';
import { isSweeping, isUnbounded, isWholeOrg } from '../../../../src/commands/selection/scope.js';
import type { Selector } from '../../../../src/commands/selection/selector.js';
import { selector } from '../../../support/machines.js';

describe('when a name is held against a pattern', () => {
  it.each([
    ['staging-web', 'staging-*', true],
    ['staging-', 'staging-*', true],
    ['staging', 'staging-*', false],
    ['my-staging-web', 'staging-*', false],
    ['web-staging', '*-staging', true],
    ['a-b-c', 'a*c', true],
    ['ac', 'a*c', true],
    ['a', 'a*a', false],
    ['aa', 'a*a', true],
    ['abcb', 'a*b*b', true],
    ['ab', 'a*b*b', false],
    ['abab', '*ab*ab', true],
    ['aab', '*ab*ab', false],
    ['x-one-two-y', '*two*one*', false],
    ['anything', '*', true],
    ['anything', '**', true],
    ['Staging-Web', 'STAGING-*', true],
    ['web', 'web', true],
    ['web-2', 'web', false],
    ['web.2', 'web-*', false],
  ])('%s fits %s: %s', (name, pattern, expected) => {
    expect(fits(name, pattern)).toBe(expected);
  });

  it.each([
    ['staging-eu-*', 'staging-*', true],
    ['staging-*', 'staging-eu-*', false],
    ['*', 'staging-*', false],
    ['*-web', '*', true],
  ])('%s is within %s: %s', (inner, outer, expected) => {
    expect(fits(inner, outer)).toBe(expected);
  });

  it('takes no longer for a pattern that was made to be slow', () => {
    expect(fits('a'.repeat(60), `${'*a'.repeat(30)}*b`)).toBe(false);
  });
});

describe('when apps are chosen', () => {
  const EXISTING = ['staging-web', 'prod-web', 'staging-billing', 'prod-billing'];

  it.each([
    [[], 'prod-billing prod-web staging-billing staging-web'],
    [['*'], 'prod-billing prod-web staging-billing staging-web'],
    [['staging-*'], 'staging-billing staging-web'],
    [['staging-*', '!staging-billing'], 'staging-web'],
    [['!staging-billing', 'staging-*'], 'staging-web'],
    [['staging-*', '!STAGING-Billing'], 'staging-web'],
    [['!*-billing'], 'prod-web staging-web'],
    [['*-web', 'staging-*', '*'], 'prod-web staging-web staging-billing prod-billing'],
    [['staging-web', 'staging-*'], 'staging-web staging-billing'],
    [['elsewhere', 'prod-w*'], 'elsewhere prod-web'],
    [['staging-*', '!*'], ''],
    [['prod-*', '!*-billing', 'prod-billing'], 'prod-web prod-billing'],
  ])('%j are: %s', (texts, names) => {
    expect(chooseApps(texts, EXISTING)).toEqual({
      names: names.split(' ').filter((name) => name !== ''),
      lost: [],
      idle: [],
    });
  });

  it('tells the patterns and the exclusions that nothing fits', () => {
    expect(chooseApps(['stagin-*', 'prod-*', '!prod-bill', '!qa-*', 'ghost'], EXISTING)).toEqual({
      names: ['prod-billing', 'prod-web', 'ghost'],
      lost: ['stagin-*'],
      idle: ['!prod-bill', '!qa-*'],
    });
    expect(chooseApps([], [])).toEqual({ names: [], lost: ['*'], idle: [] });
  });

  it('takes exclusions alone for all but those', () => {
    expect(spelledOut(['!a', '!b-*'])).toEqual(['*', '!a', '!b-*']);
    expect([spelledOut([]), spelledOut(['a', '!b'])]).toEqual([[], ['a', '!b']]);
  });

  it('sees a name that is excluded as well', () => {
    expect(atOdds(['a', 'b', '!A', 'a-*', '!c'])).toEqual(['a']);
    expect(['a', 'a-*', '!a'].map(isPattern)).toEqual([false, true, true]);
  });
});

describe('when it is asked how far a step reaches', () => {
  it.each([
    [['a', 'b'], undefined, false, false],
    [['a', 'b'], 'o', true, false],
    [['a-*'], 'o', true, false],
    [['a', '*'], 'o', true, true],
    [['*', '!a'], 'o', true, true],
    [['!a'], 'o', true, true],
    [[], 'o', true, true],
    [[], undefined, false, false],
  ])('%j of %s: sweeping %s, the whole organization %s', (apps, org, sweeping, whole) => {
    expect([isSweeping({ apps, org }), isWholeOrg({ apps, org })]).toEqual([sweeping, whole]);
  });

  it.each<[Partial<Selector>, number | undefined, boolean]>([
    [{ machines: 'all' }, undefined, true],
    [{ machines: 'all', exclude: ['a'] }, undefined, true],
    [{ machines: 'all' }, 5, false],
    [{ machines: ['a'] }, undefined, false],
    [{ machines: 'all', region: ['fra'] }, undefined, false],
    [{ state: ['started'] }, undefined, false],
  ])('all of an organization with %j and limit %s is unbounded: %s', (changes, limit, expected) => {
    const whole = { apps: ['*'], org: 'o' };
    expect(isUnbounded({ scope: whole, selector: selector(changes), limit })).toBe(expected);
    const some = { apps: ['a-*'], org: 'o' };
    expect(isUnbounded({ scope: some, selector: selector(changes), limit })).toBe(false);
  });
});
