import * as fc from 'fast-check';
import type { Access } from '../../../src/macaroon/access.js';
import type { Caveat } from '../../../src/macaroon/caveats.js';
import type { Question } from '../../../src/macaroon/possibilities.js';

/** Small worlds, so that what caveats mention and what accesses name meet often. */
const mask = fc.constantFrom(0, 1, 16, 17, 31);
const number = fc.constantFrom(0n, 1n, 2n, 3n);
const name = fc.constantFrom('', 'm1', 'm2');
const time = fc.constantFrom(0n, 10n, 20n, 30n);
const args = fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 });
const setOf = <K>(key: fc.Arbitrary<K>) =>
  fc.array(fc.tuple(key, mask), { maxLength: 3 }).map((entries) => new Map(entries));

function caveat<N extends Caveat['name']>(its: N, body: fc.Arbitrary<Extract<Caveat, { name: N }>['body']>) {
  // Name and body belong together by the type of the parameters.
  return body.map((it) => ({ name: its, body: it }) as unknown as Caveat);
}

const plain = fc.oneof(
  caveat('Organization', fc.record({ id: number, mask })),
  caveat('Apps', fc.record({ apps: setOf(number) })),
  caveat('Machines', fc.record({ machines: setOf(name) })),
  caveat('Volumes', fc.record({ volumes: setOf(name) })),
  caveat('Action', mask),
  caveat('ValidityWindow', fc.record({ not_before: time, not_after: time })),
  caveat('Commands', fc.array(fc.record({ args, exact: fc.boolean() }), { maxLength: 2 })),
  caveat('Mutations', fc.record({ mutations: fc.array(name, { maxLength: 1 }) })),
  caveat('FromMachineSource', fc.record({ id: name })),
  caveat('FlySrc', fc.record({ organization: name, app: name, instance: name })),
  caveat('AllowedRoles', fc.constantFrom(0, 1, 2)),
  caveat('IsMember', fc.constant({})),
);

/** Caveats of a permission token that verifies, `IfPresent` with all that may be in it included. */
export const anyCaveats: fc.Arbitrary<Caveat[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: plain },
    {
      weight: 1,
      arbitrary: caveat('IfPresent', fc.record({ ifs: fc.array(plain, { maxLength: 3 }), else: mask })),
    },
  ),
  { maxLength: 4 },
);

/** A question that leaves open some of what an access has. */
export const anyQuestion: fc.Arbitrary<Question> = fc
  .record({
    action: mask,
    at: fc.constantFrom('app' as const, 'machine' as const),
    orgId: fc.option(
      number.filter((it) => it !== 0n),
      { nil: undefined },
    ),
    appId: fc.option(
      number.filter((it) => it !== 0n),
      { nil: undefined },
    ),
    now: fc.option(fc.constantFrom(5, 15, 25), { nil: undefined }),
    command: fc.option(fc.oneof(fc.constant('any' as const), args), { nil: undefined }),
  })
  .map((it) => (it.at === 'app' ? { ...it, command: undefined } : it));

/** An access that the question may stand for. */
export function anyAccess({ action, at, orgId, appId, now, command }: Question): fc.Arbitrary<Access> {
  const place = fc.option(fc.constantFrom('m1', 'm2', 'm3'), { nil: undefined });
  const given = <T>(known: T | undefined, free: fc.Arbitrary<T>) =>
    known === undefined ? free : fc.constant(known);
  return fc
    .record({
      orgId: given(orgId, fc.constantFrom(1n, 2n, 3n, 9n)),
      appId: given(appId, fc.constantFrom(1n, 2n, 3n, 9n)),
      now: given(now, fc.constantFrom(0, 5, 10, 15, 20, 25, 30, 35)),
      machine: at === 'app' ? fc.constant(undefined) : fc.constantFrom('m1', 'm2', 'm3'),
      command: command === 'any' ? fc.oneof(args, fc.constant(['c'])) : fc.constant(command),
      ...{ sourceMachine: place, sourceApp: place, sourceOrganization: place },
    })
    .map((it) => {
      const named = Object.entries(it).filter(([, value]) => value !== undefined);
      return { action, ...Object.fromEntries(named) } as Access; // Every field is the access's own.
    });
}
