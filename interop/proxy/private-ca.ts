import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A CA that no program trusts by itself, and the key and certificate that it signed for a server. */
export interface PrivateCa {
  /** Path of its certificate (PEM), for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

/**
 * Makes both with openssl in a folder, for names such as `DNS:api.fly.io` or `IP:10.0.0.1`. Throws when openssl
 * is missing or too old.
 */
export function createPrivateCa(folder: string, names: readonly string[]): PrivateCa {
  const [file, caKey, key, cert] = ['ca.pem', 'ca.key', 'server.key', 'server.pem'].map((it) =>
    join(folder, it),
  ) as [string, string, string, string]; // The cast is safe: there are as many keys as names.
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
