import { lines, said } from '../../__tests__/support/scenarios/results.js';
import type { StepResult } from '../../runner/step-result.js';
import { record } from '../record.js';
import { PROXIED_APP } from './guarded-network.js';
import { behindProxy } from './proxy-rig.js';
import { tinyproxyRelease } from './tinyproxy.js';

const MACHINES_API = 'api.machines.dev:443';
const THIRD_PARTY = 'api.fly.io:443';
const PASSWORD = 'Corr3ct-h0rse-battery-stap1e';

/** Checks that each step succeeded, without a warning of Node either. */
function expectSuccess(steps: readonly StepResult[]): void {
  for (const step of steps) {
    expect(said(step, 'error')).toEqual([]);
    expect(step).toMatchObject({ conclusion: 'success', stderr: '' });
  }
}

behindProxy('When Fly is behind a proxy', (rig) => {
  it.each(['HTTPS_PROXY', 'https_proxy'])(
    'a whole job goes through %s, and keeps its tunnels',
    async (name) => {
      const { network, proxy } = rig;
      const job = rig.job({ [name]: `http://${proxy.host}` });
      const before = network.handshakes();
      const token = network.fly.mintToken({ app: PROXIED_APP });
      const steps: StepResult[] = [];
      const tunnels: string[][] = [];
      const take = async (results: Promise<StepResult | readonly StepResult[]>) => {
        steps.push(...[await results].flat());
        tunnels.push(network.tunnels.splice(0));
      };
      await take(job.step({ uses: './auth', with: { token, app: PROXIED_APP } }));
      await take(job.step({ uses: './list' }));
      await take(
        job.step({ uses: './stop', with: { machines: 'all', wait: 'false', 'max-concurrent': '1' } }),
      );
      await take(job.step({ uses: './start', with: { machines: 'all' } }));
      await take(job.post());
      expectSuccess(steps);
      const [, list, stop, start] = steps;
      expect(list && lines(list)[0]).toContain(
        `host api.machines.dev through the proxy ${proxy.host} (${name})`,
      );
      for (const step of [stop, start]) expect(step?.outputs['changed-count']).toBe('20');
      const [ofAuth, ...others] = tunnels;
      expect(ofAuth?.filter((it) => it === THIRD_PARTY)).toHaveLength(1);
      expect(others[0]).toEqual([MACHINES_API]);
      // One by one, 21 requests need a single tunnel; on a slow computer the action reads some machines once
      // more.
      expect(others[1]?.length).toBeLessThanOrEqual(3);
      expect(new Set(others.flat())).toEqual(new Set([MACHINES_API]));
      expect(network.handshakes() - before).toBe(tunnels.flat().length);
      record({
        compared: `the committed bundle by ${name} and NODE_EXTRA_CA_CERTS: auth, list, stop, start`,
        against: tinyproxyRelease(),
        cases: 4,
        result: "all through the proxy, under Fly's names; 21 requests one by one share a tunnel",
      });
    },
  );

  it('the proxy may be spoken to over TLS, too', async () => {
    const secure = await rig.network.secure(rig.proxy);
    expectSuccess([await rig.list({ HTTPS_PROXY: secure })]);
    expect(rig.network.tunnels).toEqual([MACHINES_API]);
  });

  it.each([
    ['NO_PROXY', 'a.test,0.0.0.0', [THIRD_PARTY]],
    ['no_proxy', '0.0.0.0', [THIRD_PARTY]],
    ['NO_PROXY', 'a.test', [THIRD_PARTY, 'the direct one']],
  ])('%s=%s exempts the hosts that it names, and no others', async (name, value, expected) => {
    const { network, proxy } = rig;
    const job = rig.job({ HTTPS_PROXY: `http://${proxy.host}`, [name]: value });
    const token = network.fly.mintToken({ app: PROXIED_APP });
    const inputs = { token, app: PROXIED_APP, 'api-url': network.direct };
    expectSuccess([await job.step({ uses: './list', with: inputs })]);
    const direct = new URL(network.direct).host;
    const tunnels = network.tunnels.map((it) => (it === direct ? 'the direct one' : it));
    expect([...new Set(tunnels)].sort()).toEqual(expected);
  });

  it('the proxy alone gets the credentials in its address', async () => {
    const { network } = rig;
    const { host } = await network.proxy([`BasicAuth runner ${PASSWORD}`]);
    const job = rig.job({ HTTPS_PROXY: `http://runner:${PASSWORD}@${host}` });
    const token = network.fly.mintToken({ app: PROXIED_APP });
    const auth = await job.step({ uses: './auth', with: { token, app: PROXIED_APP } });
    const list = await job.step({ uses: './list' });
    const files = job.files().map(({ content }) => String(content));
    expectSuccess([auth, list, ...(await job.post())]);
    expect(new Set(network.tunnels)).toEqual(new Set([THIRD_PARTY, MACHINES_API]));
    expect([job.raw(), ...files].filter((text) => text.includes(PASSWORD))).toEqual([]);
  });
});
