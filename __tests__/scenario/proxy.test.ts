import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onEachNode } from '../support/scenarios/nodes.js';
import { lines, said } from '../support/scenarios/results.js';
import { APP, type Scenario } from '../support/scenarios/scenario.js';
import { itWhere, SIGNALS } from '../support/where.js';

onEachNode('When a proxy takes the connection and says nothing', (open) => {
  const sockets: Socket[] = [];
  let proxy: Server;

  beforeAll(async () => {
    proxy = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  const list = (scenario: Scenario, timeout: string) =>
    scenario.job.step({
      uses: './list',
      // Listening on TCP, the proxy's address is an object.
      env: {
        https_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        FLY_FLAPS_BASE_URL: 'https://api.machines.dev',
      },
      with: { token: scenario.fly.mintToken({ app: APP, thirdParty: false }), app: APP, timeout },
    });

  it('ends at the deadline all the same, with a classed error', async () => {
    const result = await list(await open(), '1s');
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: 1 });
    expect(said(result, 'error')).toEqual([expect.stringMatching(/^timeout: list the machines of my-app/)]);
    expect(lines(result)[0]).toMatch(/ through the proxy 127\.0\.0\.1:\d+ \(https_proxy\)$/);
  });

  itWhere(SIGNALS)('is gone within five seconds when the job is cancelled', async () => {
    const scenario = await open({ job: { cancelTimes: { interrupt: 5_000, terminate: 1 } } });
    proxy.once('connection', () => scenario.job.cancel());
    expect(await list(scenario, '5m')).toMatchObject({ conclusion: 'cancelled', exitCode: 1 });
  });
});
