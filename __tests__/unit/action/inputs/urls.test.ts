import {
  apiUrl,
  apiUrlFromEnvironment,
  probeUrl,
  prometheusUrl,
} from '../../../../src/action/inputs/values/urls.js';
import { ActionError } from '../../../../src/errors.js';
import { thrownBy } from '../../../support/caught.js';

const NOT_OURS = [
  'https://evil.test',
  'https://machines.dev.evil.test',
  'https://evilmachines.dev',
  'https://api.machines.dev@evil.test',
  'https://evil.test/api.machines.dev',
  'https://api.m\u0430chines.dev', // A Cyrillic letter.
  'https://localhost.evil.test',
  'https://127.0.0.1.evil.test',
  'https://10.0.0.1',
  'http://evil.test',
  'http://api.machines.dev',
  'http://_api.internal:80',
  'http://_api.internal.evil.test:4280',
  'http://169.254.169.254',
  'ftp://127.0.0.1',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'api.machines.dev',
  '//api.machines.dev',
  'nonsense',
];

describe('when the environment names an address', () => {
  it.each([
    [undefined, 'https://api.machines.dev'],
    ['https://api.machines.dev', 'https://api.machines.dev'],
    [' https://API.machines.dev/ ', 'https://api.machines.dev'],
    ['https://eu.api.machines.dev', 'https://eu.api.machines.dev'],
    ['https://machines.dev', 'https://machines.dev'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://localhost:4280', 'http://localhost:4280'],
    ['https://localhost', 'https://localhost'],
    ['http://[::1]:4280', 'http://[::1]:4280'],
  ])('takes Fly’s own and loopback: %s', (text, origin) => {
    expect(apiUrlFromEnvironment({ FLY_FLAPS_BASE_URL: text }).origin).toBe(origin);
  });

  it.each(['', '  ', '\n'])('does not take one that is set and empty for the public one: %j', (text) => {
    const error = thrownBy(() => apiUrlFromEnvironment({ FLY_FLAPS_BASE_URL: text }));
    expect(error).toMatchObject({ class: 'input', message: expect.stringContaining('is set but empty') });
  });

  it('takes that of Fly’s private network only where a machine of Fly’s runs the step', () => {
    const env = { FLY_FLAPS_BASE_URL: 'http://_api.internal:4280' };
    expect(apiUrlFromEnvironment({ ...env, FLY_MACHINE_ID: 'd8910000000001' }).href).toBe(
      'http://_api.internal:4280/',
    );
    for (const id of [undefined, '', ' ']) {
      const error = thrownBy(() => apiUrlFromEnvironment({ ...env, FLY_MACHINE_ID: id }));
      expect(error).toMatchObject({ class: 'input', message: expect.stringContaining('FLY_MACHINE_ID') });
    }
  });

  it.each(NOT_OURS)('refuses to send a token to %s', (text) => {
    const error = thrownBy(() =>
      apiUrlFromEnvironment({ FLY_FLAPS_BASE_URL: text, FLY_MACHINE_ID: 'd8910000000001' }),
    );
    if (!(error instanceof ActionError)) throw error;
    expect(error.class).toBe('input');
    expect(error.message).toContain('FLY_FLAPS_BASE_URL');
    expect(error.hint).toContain('`api-url`');
  });
});

describe('when an input names an address', () => {
  it.each([
    ['https://fly.proxy.example', 'https://fly.proxy.example'],
    ['https://fly.proxy.example:8443/', 'https://fly.proxy.example:8443'],
    ['http://localhost:4280', 'http://localhost:4280'],
    ['http://_api.internal:4280', 'http://_api.internal:4280'],
  ])('takes any host over https: %s', (text, origin) => {
    expect(apiUrl(text).href).toBe(`${origin}/`);
  });

  it.each(NOT_OURS.filter((text) => !text.startsWith('https:')))('refuses to send a token to %s', (text) => {
    expect(thrownBy(() => apiUrl(text))).toMatchObject({ class: 'input' });
  });

  it('does not repeat what it can’t read, which may be a secret', () => {
    expect(String(thrownBy(() => apiUrl('fm2_lJPE')))).not.toContain('lJPE');
    expect(String(thrownBy(() => apiUrl('http://user:geheim@evil.test')))).not.toContain('geheim');
  });

  it.each(['https://fly.example/v2', 'https://fly.example/?x=1', 'https://user:geheim@fly.example'])(
    'refuses what it would not use: %s',
    (text) => {
      const error = thrownBy(() => apiUrl(text));
      expect(error).toMatchObject({ class: 'input' });
      expect(String(error)).not.toContain('geheim');
    },
  );
});

describe('when an address of metrics is read', () => {
  it.each([
    'https://api.fly.io/prometheus/my-org/',
    'https://metrics.example.com',
    'https://metrics.example.com:9090/select/0/prometheus',
    'http://127.0.0.1:9090/',
    'http://localhost:9090/',
    'http://[::1]:9090/',
  ])('takes %s', (text) => expect(prometheusUrl(text).href).toBe(new URL(text).href));

  it.each([
    ['metrics.example.com', 'is not a URL'],
    ['http://metrics.example.com', 'over https only'],
    ['http://127.0.0.1.example.com', 'over https only'],
    ['http://_api.internal:4280', 'over https only'],
    ['ftp://127.0.0.1', 'over https only'],
    ['https://user:secret@metrics.example.com', 'scheme, host and path only'],
    ['https://token@metrics.example.com', 'scheme, host and path only'],
    ['https://metrics.example.com/?key=secret', 'scheme, host and path only'],
    ['https://metrics.example.com/#a', 'scheme, host and path only'],
  ])('refuses %s, and shows no secret of it', (text, why) => {
    const error = thrownBy(() => prometheusUrl(text));
    expect(error).toMatchObject({ class: 'input', message: expect.stringContaining(why) });
    expect(String(error)).not.toMatch(/secret|token@/);
  });
});

describe('when it is read what is probed', () => {
  it.each([
    ['https://my-app.fly.dev/up?a=b#c', 'https://my-app.fly.dev/up?a=b'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['http://localhost/x', 'http://localhost/x'],
  ])('%s', (text, href) => expect(probeUrl(text).href).toBe(href));

  it.each([
    ['my-app.fly.dev', 'is not a URL'],
    ['http://my-app.fly.dev', 'must be https'],
    ['file:///etc/passwd', 'must be https'],
    ['https://user:secret@my-app.fly.dev', 'has a user or a password'],
  ])('refuses %s', (text, why) => {
    const error = thrownBy(() => probeUrl(text));
    expect(error).toMatchObject({ class: 'input', message: expect.stringContaining(why) });
    expect(String(error)).not.toContain('secret');
  });
});
