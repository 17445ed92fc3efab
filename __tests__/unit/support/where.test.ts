import { type Facility, itEachWhere, itWhere } from '../../support/where.js';

const HERE: Facility = { isHere: () => true, lack: 'no part of it' };
const seen: unknown[] = [];

describe('when a test needs something of the system', () => {
  itWhere(HERE)('runs where it is here', () => void seen.push('one'));
  itWhere(HERE).each([['a'], ['b']])('runs for each row: %s', (row) => void seen.push(row));
  itEachWhere([{ what: 'c', needs: HERE }, { what: 'd' }])(
    'runs for the rows that can: $what',
    ({ what }) => void seen.push(what),
  );

  it('is skipped where it is not, and its title says why', () => {
    const skip = jest.spyOn(it, 'skip').mockReturnValue(undefined);
    const test = () => undefined;
    itWhere(HERE, { isHere: () => false, lack: 'no such thing' })('this', test);
    expect(skip.mock.calls).toEqual([['this (not here: no such thing)', test]]);
    skip.mockRestore();
  });

  afterAll(() => expect(seen).toEqual(['one', 'a', 'b', 'c', 'd']));
});
