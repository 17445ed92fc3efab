import fc from 'fast-check';
import type { Access } from '../../../src/macaroon/access.js';
import type { Caveat, CaveatName } from '../../../src/macaroon/caveats.js';
import { anyCaveat, caveatsOf, NOON, name, number64 } from './caveats.js';

/** An access, and the caveats to check it against. */
export interface AccessCase {
  readonly access: Access;
  readonly caveats: readonly Caveat[];
}

const action = fc.oneof(fc.constantFrom(0, 1, 16, 17), fc.nat(0x1f));
const now = fc.integer({ min: NOON - 4, max: NOON + 4 });
const command = fc.array(name, { maxLength: 3 });
const required = { action, now };
const optional = {
  orgId: number64,
  appId: number64,
  feature: name,
  storageObject: name,
  machine: name,
  volume: name,
  appFeature: name,
  command,
  machineFeature: name,
  mutation: name,
  cluster: name,
  sourceMachine: name,
  sourceApp: name,
  sourceOrganization: name,
};
type Part = keyof typeof optional;

/**
 * Parts that an access may name together, besides its organization, and the caveats that look at exactly those.
 */
const SENSIBLE: readonly (readonly [readonly Part[], readonly CaveatName[]])[] = [
  [[], ['Organization', 'Action', 'IsMember', 'AllowedRoles', 'IfPresent']],
  [[], ['ValidityWindow']],
  [['appId'], ['Apps', 'IfPresent']],
  [
    ['appId', 'machine'],
    ['Machines', 'IfPresent'],
  ],
  [
    ['appId', 'machine', 'command'],
    ['Commands', 'Machines'],
  ],
  [
    ['appId', 'machine', 'machineFeature'],
    ['MachineFeatureSet', 'Machines'],
  ],
  [
    ['appId', 'volume'],
    ['Volumes', 'IfPresent'],
  ],
  [
    ['appId', 'appFeature'],
    ['AppFeatureSet', 'Apps'],
  ],
  [['feature'], ['FeatureSet', 'IsMember', 'AllowedRoles']],
  [
    ['feature', 'cluster'],
    ['Clusters', 'FeatureSet'],
  ],
  [['storageObject'], ['StorageObjects']],
  [['mutation'], ['Mutations']],
  [
    ['sourceMachine', 'sourceApp', 'sourceOrganization'],
    ['FromMachineSource', 'FlySrc'],
  ],
];

const sensible = fc.constantFrom(...SENSIBLE).chain(([parts, names]) => {
  const fields = Object.fromEntries(parts.map((it) => [it, optional[it]] as const));
  // Clusters belong to one feature.
  const feature = parts.includes('cluster') && { feature: fc.constantFrom('litefs-cloud', 'wg') };
  return fc.record({
    access: fc.record({ ...required, orgId: number64, ...fields, ...feature }),
    // Few caveats, so that many accesses pass.
    caveats: fc.array(caveatsOf([...names]), { maxLength: 2 }),
  });
});

const any = fc.record({
  access: fc.record({ ...required, ...optional }, { requiredKeys: ['action', 'now'] }),
  caveats: fc.array(anyCaveat, { maxLength: 3 }),
});

/**
 * Accesses that make sense, against caveats about them and against any others; also some accesses that make
 * none.
 */
export const accesses: fc.Arbitrary<AccessCase> = fc.oneof(
  { weight: 5, arbitrary: sensible },
  { weight: 2, arbitrary: fc.tuple(sensible, any).map(([{ access }, { caveats }]) => ({ access, caveats })) },
  { weight: 1, arbitrary: any },
);
