import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, type TestServer } from '../support/http-server.js';
import { APP, type Scenario } from '../support/scenario.js';
import { onOneNode } from '../support/scenario-nodes.js';
import { lines, said } from '../support/scenario-results.js';
import { pathsAsked } from '../support/scenario-steps.js';
import { writeActions } from '../unit/runner/fixture-action.js';

/** What an earlier step of the job may have put there; `<port>` is where an attacker's server listens on this machine. */
const FOREIGN = [
  'https://evil.test',
  'http://evil.test',
  'http://api.machines.dev',
  'https://api.machines.dev.evil.test',
  'https://api.machines.dev@evil.test',
  'https://api.machines.dev:x@evil.test',
  'https://evil.test/api.machines.dev',
  'https://evil.test?https://api.machines.dev',
  'https://evil.test#.machines.dev',
  'https://evilmachines.dev',
  'https://machines.dev.',
  'https://api.machines.dev\\@evil.test',
  'https://api.machines.dev%2eevil.test',
  'https://api.machınes.dev',
  'https://127.0.0.1.evil.test',
  'http://0.0.0.0:<port>',
  'http://user:pass@127.0.0.1:<port>',
  'http://127.0.0.1:<port>/v1',
  'http://[::ffff:127.0.0.1]:<port>',
  'http://_api.internal:<port>',
  'ftp://api.machines.dev',
  'file:///v1',
  'javascript:1',
  'machines',
];

onOneNode('When an earlier step sets variables', (open) => {
  let attacker: TestServer;
  let root: string;
  beforeAll(async () => {
    attacker = await listen((_, response) => response.end('[]'));
    root = writeActions({ poison: { main: "set('ENV', process.env.INPUT_LINE)", inputs: '  line: {}\n' } });
  });
  afterAll(async () => {
    await attacker.close();
    rmSync(root, { recursive: true });
  });

  const poison = ({ job }: Scenario, line: string) =>
    job.step({ uses: join(root, 'poison'), with: { line: line.replace('<port>', attacker.url.port) } });
  const token = ({ fly }: Scenario) => fly.mintToken({ app: APP, withDischarge: true });

  it.each(FOREIGN)('FLY_FLAPS_BASE_URL=%s sends the token nowhere, and is named', async (url) => {
    const scenario = await open();
    await poison(scenario, `FLY_FLAPS_BASE_URL=${url}`);
    const result = await scenario.job.step({ uses: './list', with: { token: token(scenario), app: APP } });
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(/^input: The environment variable FLY_FLAPS_BASE_URL is not/),
    ]);
    expect(attacker.connections()).toBe(0);
    expect(pathsAsked(scenario)).toEqual([]);
  });

  it('FLY_FLAPS_BASE_URL moves no session that is open', async () => {
    const scenario = await open();
    const { job } = scenario;
    await job.step({ uses: './auth', with: { token: token(scenario), app: APP } });
    await poison(scenario, `FLY_FLAPS_BASE_URL=${attacker.url.origin}`);
    expect(await job.step({ uses: './list' })).toMatchObject({
      conclusion: 'success',
      outputs: { count: '4' },
    });
    expect(attacker.connections()).toBe(0);
  });

  it.each(['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN'])('%s takes the place of no session', async (name) => {
    const scenario = await open();
    const { job, fly, arrivals } = scenario;
    await job.step({ uses: './auth', with: { token: token(scenario), app: APP } });
    const theirs = fly.mintToken({ app: APP, thirdParty: false });
    const result = await job.step({ uses: './list', env: { [name]: theirs } });
    expect(result.conclusion).toBe('success');
    expect(lines(result)[0]).toMatch(/^Token from the job's session/);
    expect(arrivals.filter(({ headers }) => headers['authorization']?.includes(theirs.slice(6)))).toEqual([]);
  });

  it('NODE_TLS_REJECT_UNAUTHORIZED=0 makes no step trust whoever answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    const make = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
    ];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...make, '-keyout', files.key, '-out', files.cert, ...name], { stdio: 'pipe' });
    const seen: string[] = [];
    const keys = { key: readFileSync(files.key), cert: readFileSync(files.cert) };
    const server = createServer(keys, ({ headers }, response) => {
      seen.push(headers.authorization ?? '');
      response.end('[]');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // Listening on TCP, the server's address is an object.
    const { port } = server.address() as AddressInfo;
    const scenario = await open();
    await poison(scenario, 'NODE_TLS_REJECT_UNAUTHORIZED=0');
    const inputs = {
      token: token(scenario),
      app: APP,
      'api-url': `https://localhost:${port}`,
      timeout: '2s',
    };
    const result = await scenario.job.step({ uses: './list', with: inputs });
    // Nor a proxy, which would have its own credentials.
    server.on('connect', ({ headers }, socket) => {
      seen.push(headers['proxy-authorization'] ?? '');
      socket.end();
    });
    await poison(scenario, `HTTPS_PROXY=https://me:a-long-password@localhost:${port}`);
    const { 'api-url': _, ...behind } = inputs;
    const behindProxy = await scenario.job.step({
      uses: './list',
      with: { ...behind, 'api-url': 'https://fly.invalid' },
    });
    server.close();
    rmSync(folder, { recursive: true });
    for (const step of [result, behindProxy]) {
      expect(step.conclusion).toBe('failure');
      expect(said(step, 'error')).toEqual([expect.stringMatching(/self-signed certificate/)]);
    }
    expect(seen).toEqual([]);
  });

  it('FLY_APP turns no step to another app than its session is for', async () => {
    const scenario = await open({ apps: [{ name: APP }, { name: 'other', machines: [{}] }] });
    const { job, fly } = scenario;
    await job.step({
      uses: './auth',
      with: { token: fly.mintToken({ org: 'my-org', withDischarge: true }), app: APP },
    });
    await poison(scenario, 'FLY_APP=other');
    const result = await job.step({ uses: './stop', with: { machines: 'all', 'allow-empty': 'true' } });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '0', apps: `["${APP}"]` } });
    expect(pathsAsked(scenario).filter((path) => path.includes('other'))).toEqual([]);
  });

  it('inputs of its own making are no inputs of a later step', async () => {
    const scenario = await open();
    const { job } = scenario;
    await job.step({ uses: './auth', with: { token: token(scenario), app: APP } });
    await poison(scenario, 'INPUT_MACHINES=all');
    const result = await job.step({ uses: './stop', with: { machines: '[]' } });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { count: '0' } });
    await poison(scenario, 'INPUT_EXCLUD=web-1');
    const misled = await job.step({ uses: './list' });
    expect(said(misled, 'error')).toEqual([expect.stringMatching(/There is no input `exclud`/)]);
  });
});
