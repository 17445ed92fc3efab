import { parsePrometheusUrl } from '../../../../src/action/inputs/values/prometheus-url.js';
import { thrownBy } from '../../../support/caught.js';

describe('when an address of metrics is read', () => {
  it.each([
    'https://api.fly.io/prometheus/my-org/',
    'https://metrics.example.com',
    'https://metrics.example.com:9090/select/0/prometheus',
    'http://127.0.0.1:9090/',
    'http://localhost:9090/',
    'http://[::1]:9090/',
  ])('takes %s', (text) => expect(parsePrometheusUrl(text).href).toBe(new URL(text).href));

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
    const error = thrownBy(() => parsePrometheusUrl(text));
    expect(error).toMatchObject({ class: 'input', message: expect.stringContaining(why) });
    expect(String(error)).not.toMatch(/secret|token@/);
  });
});
