import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A CA that nobody knows, and what a server shows that it has signed. */
export interface PrivateCa {
  /** Path of its certificate (PEM), as NODE_EXTRA_CA_CERTS takes it. */
  readonly file: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Makes both with openssl, in a folder, for names such as `DNS:api.fly.io` or `IP:10.0.0.1`. */
export function createPrivateCa(folder: string, names: readonly string[]): PrivateCa {
  const [file, caKey, key, cert] = ['ca.pem', 'ca.key', 'server.key', 'server.pem'].map((it) =>
    join(folder, it),
  ) as [string, string, string, string]; // As many as there are names.
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];
  openssl('req', ...made, '-keyout', caKey, '-out', file, '-subj', '/CN=A private CA');
  openssl(
    ...['req', ...made, '-keyout', key, '-out', cert, '-subj', '/CN=Fly', '-CA', file, '-CAkey', caKey],
    ...['-addext', `subjectAltName=${names.join(',')}`, '-addext', 'basicConstraints=critical,CA:false'],
  );
  return { file, key: readFileSync(key), cert: readFileSync(cert) };
}

function openssl(...args: string[]): void {
  const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl (3.0 or newer) is needed: ${error?.message ?? stderr}`);
}
