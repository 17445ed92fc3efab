import type { Fly } from '../../emulator/fly.js';
import type { FlyRequest } from '../../emulator/http.js';
import type { MetFault } from '../host/network.js';

/** Host under which Fly's proxy serves an app. */
const HOST = /^([a-z0-9-]+)\.fly\.dev$/;

/** Returns what Fly's proxy answers for an app, to a request that isn't for Fly itself: well while a machine in its rotation runs. */
export function proxyAnswer(fly: Pick<Fly, 'machines'>, { headers }: FlyRequest): MetFault | undefined {
  const [, app] = HOST.exec(headers['host'] ?? '') ?? [];
  if (app === undefined) return undefined;
  const serves = fly.machines(app).some(({ state, cordoned }) => state === 'started' && !cordoned);
  return { fault: { status: serves ? 200 : 503 } };
}
