import { said } from '../../__tests__/support/scenarios/results.js';
import type { StepResult } from '../../runner/step-result.js';
import { PROXIED_APP } from './guarded-network.js';
import { behindProxy } from './proxy-rig.js';

const PASSWORD = 'Corr3ct-h0rse-battery-stap1e';
const TRIED = 'network: list the machines of my-app: GET https://api.machines.dev';

/** Returns the only error of a step, and checks that the step shows no credentials and no warning of Node. */
function errorOf(step: StepResult): string {
  expect(step).toMatchObject({ conclusion: 'failure', stderr: '' });
  expect(step.stdout + step.summary).not.toContain(PASSWORD);
  const [error = '', ...others] = said(step, 'error');
  expect(others).toEqual([]);
  return error;
}

behindProxy('When there is no way through a proxy', (rig) => {
  const asked = () => rig.network.fly.requests.length;

  it('an untrusted certificate is reported at once, with what to do', async () => {
    const env = { HTTPS_PROXY: `http://${rig.proxy.host}`, NODE_EXTRA_CA_CERTS: '' };
    const before = asked();
    const error = errorOf(await rig.list(env));
    expect(error).toContain(`${TRIED}, through the proxy ${rig.proxy.host} (HTTPS_PROXY): `);
    expect(error).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
    expect(rig.network.tunnels).toEqual(['api.machines.dev:443']);
    const token = rig.network.fly.mintToken({ app: PROXIED_APP });
    const auth = await rig.job(env).step({ uses: './auth', with: { token, app: PROXIED_APP } });
    expect(errorOf(auth)).toMatch(
      /^missing discharge: .*POST https:\/\/api\.fly\.io, through the proxy .*certificate.*NODE_EXTRA_CA_CERTS/,
    );
    expect(rig.network.tunnels.filter((it) => it === 'api.fly.io:443')).toHaveLength(1);
    expect(asked()).toBe(before);
  });

  it('so is the certificate of a proxy', async () => {
    const secure = await rig.network.secure(rig.proxy);
    const error = errorOf(await rig.list({ HTTPS_PROXY: secure, NODE_EXTRA_CA_CERTS: '' }));
    expect(error).toContain(`${TRIED}: the proxy ${new URL(secure).host} (HTTPS_PROXY) can't be reached: `);
    expect(error).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
    expect(rig.network.tunnels).toEqual([]);
  });

  it.each([
    {
      what: 'does not let that port through',
      lines: ['ConnectPort 8443'],
      status: 403,
      advice:
        'Let the proxy allow api.machines.dev, or add it to NO_PROXY if it can be reached without a proxy.',
    },
    {
      what: 'wants credentials',
      lines: [`BasicAuth runner ${PASSWORD}`],
      status: 407,
      advice: 'Set HTTPS_PROXY to an address with the right credentials: `http://name:password@host:port`.',
    },
    {
      what: 'wants other credentials, which this one answers with 401',
      lines: [`BasicAuth runner ${PASSWORD}`],
      credentials: `runner:${PASSWORD}x@`,
      status: 401,
      advice: 'Set HTTPS_PROXY to an address with the right credentials: `http://name:password@host:port`.',
    },
  ])('a proxy that $what says so', async ({ lines, credentials = '', status, advice }) => {
    const { host } = await rig.network.proxy(lines);
    const error = errorOf(await rig.list({ HTTPS_PROXY: `http://${credentials}${host}` }));
    const answer = `the proxy ${host} (HTTPS_PROXY) answered ${status} when asked for api.machines.dev:443`;
    expect(error).toBe(`${TRIED}: ${answer}. ${advice}`);
    expect(rig.network.tunnels).toEqual([]);
  });

  it('a proxy that is not there is named, and the variable that names it', async () => {
    const gone = await rig.network.proxy();
    await gone.stop();
    const error = errorOf(await rig.list({ https_proxy: `http://runner:${PASSWORD}@${gone.host}` }));
    expect(error).toContain(`${TRIED}: the proxy ${gone.host} (https_proxy) can't be reached: `);
    expect(error).toMatch(/ECONNREFUSED.*\. Is https_proxy right, and does the proxy run\?$/);
  });

  it('an address that is no proxy is reported before a request is sent', async () => {
    const before = asked();
    const error = errorOf(await rig.list({ HTTPS_PROXY: `socks5://runner:${PASSWORD}@${rig.proxy.host}` }));
    expect(error).toMatch(
      /^input: The environment variable HTTPS_PROXY names a SOCKS proxy, which is not supported/,
    );
    expect([asked(), rig.network.tunnels]).toEqual([before, []]);
  });
});
