import type { Intent } from '../../../../src/commands/engine/plan.js';
import { plan } from '../../../../src/commands/engine/plan.js';
import type { Selected } from '../../../../src/commands/selection/selection.js';
import { ofShard, shardNotices } from '../../../../src/commands/selection/shard.js';
import { appMachine } from '../../../support/machines.js';

/** Ids of Fly's form, not evenly spread: 14 characters, most of them the same. */
function fleet(size: number, from = 0): Selected[] {
  return Array.from({ length: size }, (_, index) => ({
    machine: appMachine(`d891${(from + index).toString(16).padStart(10, '0')}`),
    named: false,
    excluded: undefined,
  }));
}

const idsOf = (selected: readonly Selected[]) => selected.map(({ machine }) => machine.id);

function shares(selected: readonly Selected[], total: number): string[][] {
  return Array.from({ length: total }, (_, index) => idsOf(ofShard(selected, { index, total })));
}

describe('when a fleet is split', () => {
  it.each([1, 2, 3, 8, 64])('into %d shares, each machine is in one of them', (total) => {
    const all = fleet(200);
    expect(shares(all, total).flat().sort()).toEqual(idsOf(all).sort());
  });

  it('shares are about even', () => {
    for (const total of [2, 8]) {
      const fair = 4_000 / total;
      for (const share of shares(fleet(4_000), total)) {
        expect(share.length).toBeGreaterThan(0.85 * fair);
        expect(share.length).toBeLessThan(1.15 * fair);
      }
    }
  });

  it('machines keep their share and their order whatever else comes and goes', () => {
    const before = shares(fleet(300), 8);
    const after = shares(fleet(200, 50).reverse(), 8);
    const stayed = new Set(idsOf(fleet(200, 50)));
    expect(after.map((share) => [...share].reverse())).toEqual(
      before.map((share) => share.filter((id) => stayed.has(id))),
    );
  });

  it('is the same for every process, on any day', () => {
    expect(shares(fleet(8), 2).map((share) => share.map((id) => id.slice(-1)).join(''))).toEqual([
      '0256',
      '1347',
    ]);
  });

  it('is left whole without a shard', () => {
    const all = fleet(3);
    expect(ofShard(all, undefined)).toBe(all);
  });

  it('says so where a share is empty although machines were selected', () => {
    expect(shardNotices(fleet(1), [])).toEqual(["None of the machines is in this job's shard."]);
    expect([shardNotices([], []), shardNotices(fleet(2), fleet(1))]).toEqual([[], []]);
  });
});

describe('when a share has a limit', () => {
  const intent: Intent = {
    verb: 'stop',
    guard: () => undefined,
    impossible: () => undefined,
    reached: () => undefined,
    isUnderway: () => false,
  };

  it('holds for each share', () => {
    for (const index of [0, 1]) {
      const ours = ofShard(fleet(40), { index, total: 2 });
      const changed = plan(ours, intent, { limit: 3, dryRun: false }).filter(({ kind }) => kind === 'change');
      expect(changed.map(({ machine }) => machine.id)).toEqual(idsOf(ours).slice(0, 3));
    }
  });
});
