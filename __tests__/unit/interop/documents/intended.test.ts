import type { Exchange } from '../../../../emulator/exchange.js';
import { isOf, lineOf } from '../../../../interop/documents/difference.js';
import { INTENDED } from '../../../../interop/documents/intended-differences.js';
import { differencesOf } from '../../../../interop/documents/judge.js';
import { MACHINES_API } from '../../../../interop/documents/openapi.js';
import { trimmed } from '../../../../interop/documents/trim.js';
import { allSettings, tour } from '../../../support/documents/tour.js';
import { createMachinesRig } from '../../../support/rigs/machines-rig.js';

/** Reply that nobody looks at. */
const UNSEEN = { status: 200, headers: {}, body: '' };

/** Sends what the action sends and the document doesn't know: the nonce of a lease with a change, and a question about a token. */
async function asked(): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const { fly, client, clock } = createMachinesRig({
    machines: [{ id: 'm1' }],
    around: (transport) => async (request) => {
      const { method, url, headers, body = '' } = request;
      const sent = { method, path: url.pathname + url.search, headers, body };
      exchanges.push({ request: sent, at: 0, answer: undefined, reply: UNSEEN, endedAt: 0 });
      return transport(request);
    },
  });
  const { signal } = new AbortController();
  const machine = { app: 'my-app', id: 'm1' };
  await clock.run(
    (async () => {
      const { nonce } = await client.acquireLease(machine, { ttl: 60, description: 'a test' }, signal);
      await client.setMetadata(machine, { key: 'a', value: 'b', nonce }, signal);
      await client.authorize(fly.mintToken({ thirdParty: false }), { app: 'my-app', letters: 'r' }, signal);
    })(),
  );
  return exchanges;
}

const differences = (async () => {
  const walks: Exchange[] = [];
  for (const settings of allSettings()) walks.push(...(await tour(settings)));
  expect(walks.length).toBeGreaterThan(10_000);
  // The walks ask in wrong ways, too.
  const answers = walks.flatMap((it) => differencesOf(it, { requests: false }));
  return [...answers, ...(await asked()).flatMap((it) => differencesOf(it, { requests: true }))];
})();

describe('when an emulated Fly of every setting is asked everything', () => {
  it('differs from the document in nothing but what is intended', async () => {
    const others = (await differences).filter((it) => !INTENDED.some((row) => isOf(row, it)));
    expect([...new Set(others.map(lineOf))]).toEqual([]);
  });

  it('differs in all that is intended', async () => {
    const all = await differences;
    expect(INTENDED.filter((row) => !all.some((it) => isOf(row, it)))).toEqual([]);
  });
});

describe('when the document is trimmed once more', () => {
  it('stays as it is: it holds what the emulator answers, and what that names', () => {
    expect(trimmed(MACHINES_API)).toEqual(MACHINES_API);
    expect(Object.keys(MACHINES_API.paths).length).toBeGreaterThan(15);
  });
});
