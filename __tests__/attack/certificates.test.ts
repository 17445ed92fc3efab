import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEachNode } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP } from '../support/scenarios/scenario.js';
import { itWhere, OPENSSL } from '../support/where.js';
import { writeActions } from '../unit/runner/fixture-action.js';

/** Makes a key and a certificate for `localhost` that nobody else has signed, in PEM. */
function selfSigned(): { readonly key: Buffer; readonly cert: Buffer } {
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
  const keys = { key: readFileSync(files.key), cert: readFileSync(files.cert) };
  rmSync(folder, { recursive: true });
  return keys;
}

onEachNode('When an earlier step turns the check of certificates off', (open) => {
  let root: string;
  beforeAll(() => {
    root = writeActions({ poison: { main: "set('ENV', process.env.INPUT_LINE)", inputs: '  line: {}\n' } });
  });
  afterAll(() => rmSync(root, { recursive: true }));

  itWhere(OPENSSL)('NODE_TLS_REJECT_UNAUTHORIZED=0 makes no step trust whoever answers', async () => {
    const seen: string[] = [];
    const server = createServer(selfSigned(), ({ headers }, response) => {
      seen.push(headers.authorization ?? '');
      response.end('[]');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // Listening on TCP, the server's address is an object.
    const { port } = server.address() as AddressInfo;
    const scenario = await open();
    const poison = (line: string) => scenario.job.step({ uses: join(root, 'poison'), with: { line } });
    await poison('NODE_TLS_REJECT_UNAUTHORIZED=0');
    const inputs = {
      token: scenario.fly.mintToken({ app: APP, withDischarge: true }),
      app: APP,
      'api-url': `https://localhost:${port}`,
      timeout: '4s',
    };
    const result = await scenario.job.step({ uses: './list', with: inputs });
    // Nor a proxy, which would have its own credentials.
    server.on('connect', ({ headers }, socket) => {
      seen.push(headers['proxy-authorization'] ?? '');
      socket.end();
    });
    await poison(`HTTPS_PROXY=https://me:a-long-password@localhost:${port}`);
    const { 'api-url': _, ...behind } = inputs;
    const behindProxy = await scenario.job.step({
      uses: './list',
      with: { ...behind, 'api-url': 'https://fly.invalid' },
    });
    server.close();
    for (const step of [result, behindProxy]) {
      expect(step.conclusion).toBe('failure');
      expect(said(step, 'error')).toEqual([expect.stringMatching(/self-signed certificate/)]);
    }
    expect(seen).toEqual([]);
  });
});
