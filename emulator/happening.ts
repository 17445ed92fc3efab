import type { FlyRequest } from './http.js';

/**
 * Cause of a change: a request, by who sent it (`FlyRequest.by`, `''` where it doesn't say); the proxy; the machine's own process or
 * Fly itself; or somebody outside of the API, by name.
 */
export type Cause =
  | {
      readonly kind: 'request';
      readonly by: string;
      /** The very request that its exchange has. */
      readonly request?: FlyRequest;
    }
  | { readonly kind: 'proxy' }
  | { readonly kind: 'machine' }
  | { readonly kind: 'person'; readonly by: string };

interface Base {
  /** Its own time, in milliseconds since 1970, also where a planned change is noticed later. */
  readonly at: number;
  readonly app: string;
  readonly machine: string;
  readonly cause: Cause;
}

/** Change of the world that really happened, whatever anybody was answered. */
export type Happening =
  | (Base & {
      readonly kind: 'state';
      readonly from: string;
      readonly to: string;
      /** End of a process that this change is. */
      readonly exit?: { readonly code: number; readonly oom: boolean; readonly requested: boolean };
    })
  | (Base & { readonly kind: 'cordon'; readonly cordoned: boolean })
  | (Base & {
      readonly kind: 'metadata';
      readonly key: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
    })
  | (Base & {
      readonly kind: 'lease';
      readonly does: 'taken' | 'renewed' | 'released';
      readonly nonce: string;
      /** End in milliseconds since 1970. */
      readonly until: number;
    })
  | (Base & { readonly kind: 'exec'; readonly command: readonly string[] })
  | (Base & { readonly kind: 'version'; readonly instanceId: string })
  /** A machine that joins after the start. */
  | (Base & { readonly kind: 'created'; readonly state: string });
