import fc from 'fast-check';
import type { Access } from '../../src/macaroon/access.js';
import { formatAction } from '../../src/macaroon/action-mask.js';
import { encodeCaveats, isAttestation } from '../../src/macaroon/caveats.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { agrees } from './agreement.js';
import { anyCaveat, NOON, name, number64 } from './caveats.js';
import { base64 } from './oracle.js';

/** Seldom there, so that most accesses make sense. */
const maybe = <T>(it: fc.Arbitrary<T>, freq = 3) => fc.option(it, { nil: undefined, freq });

const access = fc.record({
  action: fc.oneof(fc.constantFrom(0, 1, 16, 17), fc.nat(0x1f)),
  now: fc.integer({ min: NOON - 4, max: NOON + 4 }),
  orgId: maybe(number64, 20),
  appId: maybe(number64, 6),
  feature: maybe(name, 1),
  storageObject: maybe(name, 1),
  machine: maybe(name, 2),
  volume: maybe(name, 1),
  appFeature: maybe(name, 1),
  command: maybe(fc.array(name, { maxLength: 3 }), 1),
  machineFeature: maybe(name, 1),
  mutation: maybe(name, 1),
  cluster: maybe(name, 1),
  sourceMachine: maybe(name, 2),
  sourceApp: maybe(name, 2),
  sourceOrganization: maybe(name, 2),
}) as fc.Arbitrary<Access>; // An undefined field is one that isn't there.

let allowed = 0;
let refused = 0;

agrees({
  compared: 'validate an access',
  percent: 20,
  // Few caveats, so that many accesses pass.
  cases: fc.record({ caveats: fc.array(anyCaveat, { maxLength: 3 }), access }),
  async check({ caveats, access }, oracle) {
    const reason = prohibits(caveats, access);
    const { error } = await oracle.ask({
      op: 'validate',
      packed: base64(encodeCaveats(caveats.filter((it) => !isAttestation(it)))),
      text: goAccess(access),
      now: access.now,
    });
    expect({ reason: reason ?? 'allowed', allowed: error === undefined }).toEqual({
      reason: reason ?? 'allowed',
      allowed: reason === undefined,
    });
    if (reason === undefined) allowed += 1;
    else refused += 1;
  },
  result: () => `agree (${allowed} allowed, ${refused} refused)`,
});

/** An access in the JSON form of Go's type, whose numbers go beyond JavaScript's. */
function goAccess(access: Access): string {
  const { action, orgId, appId, now: _, ...rest } = access;
  const names = {
    action: formatAction(action),
    ...rest,
    storage_object: access.storageObject,
    app_feature: access.appFeature,
    machine_feature: access.machineFeature,
  };
  const numbers = Object.entries({ orgid: orgId, appid: appId })
    .filter(([, id]) => id !== undefined)
    .map(([name, id]) => `"${name}":${id}`);
  return `{${[...numbers, JSON.stringify(names).slice(1, -1)].join()}}`;
}
