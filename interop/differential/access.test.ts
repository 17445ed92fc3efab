import type { Access } from '../../src/macaroon/access.js';
import { formatAction } from '../../src/macaroon/action-mask.js';
import { encodeCaveats } from '../../src/macaroon/caveats.js';
import { prohibits } from '../../src/macaroon/prohibits.js';
import { describeAgreement } from './agreement.js';
import { accesses } from './cases/accesses.js';
import { base64 } from './oracle.js';

let allowed = 0;
let refused = 0;

describeAgreement({
  compared: 'validate an access',
  percent: 20,
  cases: accesses,
  async check({ caveats, access }, oracle) {
    const reason = prohibits(caveats, access);
    const { error } = await oracle.ask({
      op: 'validate',
      packed: base64(encodeCaveats(caveats)),
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

/** Writes an access in the JSON form of Go's type, whose numbers exceed JavaScript's. */
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
