import type { Fleet } from '../../../../src/commands/selection/fleet.js';
import { withUnlisted } from '../../../../src/commands/selection/unlisted.js';
import { selector } from '../../../support/machines.js';
import { APP, createMachinesRig, type MachinesRig } from '../../../support/rigs/machines-rig.js';

const THERE = 'd891a9978f2001';
const ELSEWHERE = 'd891a9978f2002';
const HOUR = { path: new RegExp(ELSEWHERE), fault: { status: 429, headers: { 'retry-after': '3600' } } };

/** Looks for machines by id in apps whose lists hold one each. */
async function look(rig: MachinesRig, apps: readonly string[], machines: readonly string[]): Promise<Fleet> {
  const lists = await rig.clock.run(
    Promise.all(apps.map((app) => rig.client.list(app, rig.deadline.signal))),
  );
  const fleet: Fleet = {
    apps,
    machines: lists.flatMap((list, index) =>
      list.map((it) => ({ ...it, app: apps[index] ?? '', seenAt: rig.clock.now() })),
    ),
    failures: [],
    notices: [],
    errorRegions: [],
    warnings: [],
  };
  return rig.clock.run(withUnlisted(fleet, { selector: selector({ machines }), leases: false }, rig));
}

const failed = ({ failures }: Fleet) => failures.map(({ app, error }) => `${app}: ${error.class}`);

describe('when an id is in no list', () => {
  it('gives its own read a third of the time, so that it does not hide what is listed', async () => {
    const rig = createMachinesRig({ machines: [{ id: THERE }], faults: [HOUR] });
    const fleet = await look(rig, [APP], [THERE, ELSEWHERE]);
    expect(fleet.machines.map(({ id }) => id)).toEqual([THERE]);
    expect(failed(fleet)).toEqual([`${APP}: rate limited`]);
    expect(fleet.failures[0]?.error.message).toContain('429');
    expect(rig.deadline.elapsed).toBe(100_000);
  });

  it('gives each app a share, too', async () => {
    const faults = [{ ...HOUR, path: new RegExp(`/v1/apps/my-app/machines/${ELSEWHERE}`) }];
    const otherApps = [{ name: 'other', machines: [{ id: THERE }] }];
    const rig = createMachinesRig({ otherApps, faults });
    const fleet = await look(rig, [APP, 'other'], [ELSEWHERE, THERE]);
    expect(fleet.machines.map(({ id }) => id)).toEqual([THERE]);
    expect(failed(fleet)).toEqual([`${APP}: rate limited`]);
  });

  it('gives the only one all the time that there is', async () => {
    const faults = [{ ...HOUR, times: 1, fault: { status: 429, headers: { 'retry-after': '200' } } }];
    const rig = createMachinesRig({ faults });
    const fleet = await look(rig, [APP], [ELSEWHERE]);
    expect(failed(fleet)).toEqual([]);
    expect(rig.deadline.elapsed).toBe(200_000);
  });
});
