import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { goBinary } from '../go.js';

/** What Fly's code says of a bundle. */
export interface Verdict {
  /** The caveats of each permission token that verifies, its discharges' included. */
  readonly verified: readonly (readonly { readonly type: string }[])[];
  /** Tickets without a discharge. */
  readonly missing: number;
  /** Why the bundle can't read machines now; empty where it can. */
  readonly refused: string;
}

/** What a token asks its third parties. */
export interface Wish {
  /** Names of flows, as interop/thirdparty/flows.go has them. */
  readonly flows: readonly string[];
  /** The user that the third parties must make sure of; all of them know user 7. */
  readonly user?: number;
  /** Makes tickets that their third parties can't open. */
  readonly unreadable?: boolean;
}

/** What a Machines API is asked about a token. */
export interface Authorization {
  /** Where it is. */
  readonly url: string;
  readonly header: string;
  /** As its specification has it: `{"app_name": "my-app", "action": "rC"}`. */
  readonly access: object;
}

/** Third parties of Fly's own Go package on this machine, with the issuer that trusts them. */
export interface GoThirdParty {
  readonly url: string;
  /** A token that wants discharges, with its scheme. */
  mint(wish: Wish): Promise<string>;
  verify(header: string): Promise<Verdict>;
  /** Has Fly's own client fetch a token's discharges, wherever its third parties are. */
  discharge(token: string): Promise<{ readonly token: string; readonly error: string }>;
  /** Has Fly's own client ask a Machines API whether a token may do something; the error is empty where it may. */
  authorize(question: Authorization): Promise<{ readonly access: object | null; readonly error: string }>;
  stop(): Promise<void>;
}

/** Builds interop/thirdparty and starts it; it ends with this process at the latest. Its flow `oidc` trusts one issuer. */
export async function startGoThirdParty(issuer = ''): Promise<GoThirdParty> {
  const env = { ...process.env, OIDC_ISSUER: issuer };
  const child = spawn(goBinary('thirdparty'), { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([once(lines, 'line'), died(child)])) as [string];
  const { url } = JSON.parse(line) as { url: string }; // The program's own first line.
  const post = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', ...init });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  // The casts below are of what interop/thirdparty answers.
  return {
    url,
    mint: async (wish) => ((await post('/mint', { body: JSON.stringify(wish) })) as { token: string }).token,
    verify: async (header) => (await post('/verify', { headers: { authorization: header } })) as Verdict,
    discharge: async (token) =>
      (await post('/discharge', { body: JSON.stringify({ token }) })) as { token: string; error: string },
    authorize: async (question) =>
      (await post('/authorize', { body: JSON.stringify(question) })) as {
        access: object | null;
        error: string;
      },
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

async function died(child: ReturnType<typeof spawn>): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`interop/thirdparty ended at once (exit code ${code})`);
}
