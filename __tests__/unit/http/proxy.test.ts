import { proxyFor, proxyHeaders } from '../../../src/http/proxy.js';
import { thrownBy } from '../../support/caught.js';

const FLY = new URL('https://api.machines.dev/v1/apps');
const PROXY = 'http://10.0.0.1:3128';

describe('when the environment may name a proxy', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['nothing', {}, undefined],
    ['an empty one', { HTTPS_PROXY: ' ' }, undefined],
    ['one for http only', { http_proxy: PROXY, HTTP_PROXY: PROXY }, undefined],
    ['one', { HTTPS_PROXY: PROXY }, 'the proxy 10.0.0.1:3128 (HTTPS_PROXY)'],
    [
      'both cases',
      { HTTPS_PROXY: 'http://other', https_proxy: PROXY },
      'the proxy 10.0.0.1:3128 (https_proxy)',
    ],
    [
      'an empty one in lower case',
      { HTTPS_PROXY: PROXY, https_proxy: '' },
      'the proxy 10.0.0.1:3128 (HTTPS_PROXY)',
    ],
    ['no scheme', { HTTPS_PROXY: 'proxy.corp:3128' }, 'the proxy proxy.corp:3128 (HTTPS_PROXY)'],
    ['no port', { HTTPS_PROXY: 'http://proxy.corp/' }, 'the proxy proxy.corp:80 (HTTPS_PROXY)'],
    ['no port, and TLS', { HTTPS_PROXY: 'https://proxy.corp' }, 'the proxy proxy.corp:443 (HTTPS_PROXY)'],
    ['credentials', { HTTPS_PROXY: 'http://me:pass@proxy.corp:1' }, 'the proxy proxy.corp:1 (HTTPS_PROXY)'],
  ])('reads %s', (_, env, name) => {
    expect(proxyFor(FLY, env)?.name).toBe(name);
  });

  it.each([
    'ftp://10.0.0.1:1080',
    'http://',
    'http://a b',
    'http://me:%ZZ@proxy.corp',
    'http://proxy.corp/path',
  ])('refuses %s, and shows nothing of it', (text) => {
    const read = () => proxyFor(FLY, { HTTPS_PROXY: text });
    expect(read).toThrow(/^The environment variable HTTPS_PROXY is not the address of a proxy$/);
  });

  it.each(['socks5://10.0.0.1:1080', 'SOCKS5H://me:pass@10.0.0.1', 'socks://10.0.0.1'])(
    'says that SOCKS is not spoken: %s',
    (text) => {
      expect(thrownBy(() => proxyFor(FLY, { https_proxy: text }))).toMatchObject({
        class: 'input',
        message: 'The environment variable https_proxy names a SOCKS proxy, which is not supported',
        hint: expect.stringContaining('`http://host:port`'),
      });
    },
  );

  it('takes what is for http for plain http alone', () => {
    const env = { HTTP_PROXY: PROXY, HTTPS_PROXY: 'http://other:1' };
    expect(proxyFor(new URL('http://_api.internal:4280'), env)?.variable).toBe('HTTP_PROXY');
  });
});

describe('when NO_PROXY, or loopback, exempts an address', () => {
  it.each<[string, string, boolean]>([
    ['https://api.machines.dev', 'api.machines.dev', true],
    ['https://api.machines.dev', 'a.test, .machines.dev', true],
    ['https://api.machines.dev', 'a.test *.MACHINES.dev', true],
    ['https://api.machines.dev', 'machines.dev', true],
    ['https://api.machines.dev', 'api.machines.dev:443', true],
    ['https://api.machines.dev', '*', true],
    ['https://api.machines.dev', 'api.machines.dev:8443', false],
    ['https://api.machines.dev', 'i.machines.dev', false],
    ['https://api.machines.dev', 'api.fly.io', false],
    ['https://api.machines.dev', '., ,,', false],
    ['https://api.machines.dev.', '', false],
    ['https://api.machines.dev.', 'machines.dev', true],
    ['https://localhost:4280', '', true],
    ['https://127.0.0.1:4280', '', true],
    ['https://[::1]:4280', '', true],
    ['https://127.0.0.1.evil.test', '', false],
  ])('%s with %j: %j', (url, list, isExempt) => {
    for (const name of ['NO_PROXY', 'no_proxy'])
      expect(proxyFor(new URL(url), { HTTPS_PROXY: PROXY, [name]: list }) === undefined).toBe(isExempt);
  });
});

it('shows a proxy its credentials as they are meant, and none where there are none', () => {
  const encoded = Buffer.from('m@e:p:ss').toString('base64');
  expect(proxyHeaders(new URL('http://m%40e:p%3Ass@proxy.corp'))).toEqual({
    'proxy-authorization': `Basic ${encoded}`,
  });
  expect(proxyHeaders(new URL('http://proxy.corp'))).toEqual({});
});
