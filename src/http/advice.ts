import type { WebProxy } from './proxy.js';
import { NoTunnel } from './transport.js';

/** OpenSSL's codes for a certificate whose CA this runner doesn't trust. */
const NO_ISSUER =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)\w*)$/;
/** Other things that can be wrong with a certificate. */
const BAD_CERTIFICATE = /^(CERT_|CRL_|INVALID_CA|INVALID_PURPOSE|ERR_TLS_CERT_)/;

/** Returns Node's code of an error; empty where it has none. */
export function connectionCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Returns the code or text of a failed connection; where Node tried several addresses of a host in vain, that is a code alone. */
export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)) || connectionCode(error);
}

/** Returns whether a server's certificate, or a proxy's, was turned down: nothing was sent, and asking again brings the same. */
export function isUntrusted(error: unknown): boolean {
  const code = connectionCode(innermost(error));
  return NO_ISSUER.test(code) || BAD_CERTIFICATE.test(code);
}

/** Says what to change where a connection failed; undefined where the error does not tell. */
export function adviceFor(error: unknown, { host }: URL, proxy: WebProxy | undefined): string | undefined {
  if (NO_ISSUER.test(connectionCode(innermost(error))))
    return 'The certificate is not signed by a CA that this runner trusts. If it is from a CA of your own, set the environment variable NODE_EXTRA_CA_CERTS to its file (PEM), for the step or for the runner.';
  if (isUntrusted(error))
    return 'The server that answered has no valid certificate for this host: is the address right?';
  if (!(error instanceof NoTunnel) || proxy === undefined) return undefined;
  const { status } = error;
  const { variable } = proxy;
  if (status === undefined) return `Is ${variable} right, and does the proxy run?`;
  // Some say 401 to credentials that are wrong.
  if (status === 407 || status === 401)
    return `Set ${variable} to an address with the right credentials: \`http://name:password@host:port\`.`;
  return `Let the proxy allow ${host}, or add it to NO_PROXY if it can be reached without a proxy.`;
}

function innermost(error: unknown): unknown {
  return error instanceof NoTunnel ? error.cause : error;
}
