import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { goBinary } from '../go.js';

/** Judgement of Fly's code on a bundle. */
export interface Verdict {
  /** Caveats of each permission token that verifies, with those of its discharges. */
  readonly verified: readonly (readonly { readonly type: string }[])[];
  /** Number of tickets without a discharge. */
  readonly missing: number;
  /** Reason why the bundle can't read machines now; empty if it can. */
  readonly refused: string;
}

/** A wish for a token and its third parties. */
export interface Wish {
  /** Names of flows in interop/thirdparty/flows.go. */
  readonly flows: readonly string[];
  /** User whom the third parties must confirm; all of them know user 7. */
  readonly user?: number;
  /** True to make tickets that their third parties can't open. */
  readonly unreadable?: boolean;
}

/** A question to a Machines API about a token. */
export interface Authorization {
  /** URL of the API. */
  readonly url: string;
  readonly header: string;
  /** Access in the form of its specification: `{"app_name": "my-app", "action": "rC"}`. */
  readonly access: object;
}

/** Third parties of Fly's own Go package on this computer, with the issuer that trusts them. */
export interface GoThirdParty {
  readonly url: string;
  /** Mints a token that needs discharges; the text starts with its scheme. */
  mint(wish: Wish): Promise<string>;
  verify(header: string): Promise<Verdict>;
  /** Lets Fly's own client fetch a token's discharges, wherever its third parties are. */
  discharge(token: string): Promise<{ readonly token: string; readonly error: string }>;
  /**
   * Lets Fly's own client ask a Machines API whether a token may do something; the error is empty if it may.
   */
  authorize(question: Authorization): Promise<{ readonly access: object | null; readonly error: string }>;
  stop(): Promise<void>;
}

/**
 * Builds interop/thirdparty and starts it; it ends with this process at the latest. Its flow `oidc` trusts the
 * one issuer.
 */
export async function startGoThirdParty(issuer = ''): Promise<GoThirdParty> {
  const env = { ...process.env, OIDC_ISSUER: issuer };
  const child = spawn(goBinary('thirdparty'), { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([once(lines, 'line'), died(child)])) as [string];
  const { url } = JSON.parse(line) as { url: string }; // The cast is safe: it is the program's own first line.
  const post = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', ...init });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  // The casts below are safe: interop/thirdparty answers in these forms.
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
