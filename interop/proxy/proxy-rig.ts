import { existsSync } from 'node:fs';
import { NODES } from '../../__tests__/support/scenarios/nodes.js';
import { createJob, type Job } from '../../runner/job.js';
import type { StepResult } from '../../runner/step-result.js';
import { type GuardedNetwork, openGuardedNetwork, PROXIED_APP } from './guarded-network.js';
import type { Tinyproxy } from './tinyproxy.js';

type Variables = Readonly<Record<string, string>>;

/** The rig of a theme's cases; available while they run. */
export interface ProxyRig {
  readonly network: GuardedNetwork;
  /** A proxy that lets every client through. */
  readonly proxy: Tinyproxy;
  /** Creates a job that trusts the network's CA, unless its environment says otherwise. */
  job(env: Variables): Job;
  /** Runs `list` with a token that needs no discharge. */
  list(env: Variables): Promise<StepResult>;
}

/**
 * Describes a theme once for each installed Node, in a network of its own that forgets its requests between two
 * cases.
 */
export function behindProxy(theme: string, cases: (rig: ProxyRig) => void): void {
  describe.each(NODES.filter(({ binary }) => existsSync(binary)))(`${theme}, on $name`, ({ binary }) => {
    let network: GuardedNetwork | undefined;
    let proxy: Tinyproxy | undefined;
    const jobs: Job[] = [];
    beforeAll(async () => {
      network = await openGuardedNetwork();
      proxy = await network.proxy();
    });
    beforeEach(() => void network?.tunnels.splice(0));
    afterEach(() => {
      for (const job of jobs.splice(0)) job.end();
    });
    afterAll(() => network?.close());
    const rig: ProxyRig = {
      get network() {
        return opened(network);
      },
      get proxy() {
        return opened(proxy);
      },
      job: (env) => {
        const job = createJob({ node: binary, env: { NODE_EXTRA_CA_CERTS: rig.network.ca, ...env } });
        jobs.push(job);
        return job;
      },
      list: (env) => {
        const token = rig.network.fly.mintToken({ app: PROXIED_APP, withDischarge: true });
        return rig.job(env).step({ uses: './list', with: { token, app: PROXIED_APP } });
      },
    };
    cases(rig);
  });
}

function opened<T>(it: T | undefined): T {
  if (it === undefined) throw new Error('the network is not open yet');
  return it;
}
