import { REQUESTS } from '../../../../simulate/weather/requests.js';

const MACHINE = '/v1/apps/my-app/machines/d8910000000001';

/** Returns the kinds that a request is of, but the widest. */
function kindsOf(method: string, path: string): string[] {
  const request = { method, path, headers: {}, body: '' };
  return Object.entries(REQUESTS)
    .filter(([name, meets]) => name !== 'any' && name !== 'api' && meets(request))
    .map(([name]) => name);
}

describe('when a fault looks for requests that it can meet', () => {
  it.each([
    ['POST', `${MACHINE}/start`, ['change', 'start', 'ofMachine']],
    ['POST', `${MACHINE}/stop`, ['change', 'halt', 'ofMachine']],
    ['POST', `${MACHINE}/exec`, ['exec', 'ofMachine']],
    ['DELETE', `${MACHINE}/lease`, ['lease', 'ofMachine']],
    ['POST', `${MACHINE}/metadata/keep-alive`, ['metadata', 'ofMachine']],
    ['GET', `${MACHINE}/wait?state=started`, ['wait', 'ofMachine', 'read']],
    ['GET', MACHINE, ['look', 'ofMachine', 'read']],
    ['GET', '/v1/apps/my-app/machines?summary=true', ['list', 'read']],
    ['GET', '/v1/orgs/my-org/machines', ['list', 'read']],
    ['GET', '/v1/apps/my-app', ['read']],
    ['POST', '/aaa/v1/.well-known/macfly/3p', ['party']],
    ['GET', '/prometheus/my-org/api/v1/query_range?query=up', ['metrics']],
  ])('%s %s is %j', (method, path, kinds) => {
    expect(kindsOf(method, path)).toEqual(kinds);
  });
});
