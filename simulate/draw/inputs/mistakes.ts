import type { Dice } from '../../../fuzz/dice.js';
import type { Given } from './inputs-plan.js';

/** Inputs that are wrong for every command, for most, or beside others. */
const MISTAKES: readonly Given[] = [
  { exclud: 'd8910000000000' },
  { machines: '' },
  { exclude: '' },
  { 'process-group': '' },
  { app: '' },
  { token: '' },
  { limit: '0' },
  { limit: 'two' },
  { shard: '2/2' },
  { timeout: 'soon' },
  { timeout: '100ms' },
  { state: 'asleep' },
  { metadata: 'role' },
  { region: 'fra iad' },
  { 'dry-run': 'yes' },
  { 'max-concurrent': '0' },
  { 'kill-timeout': '10h', timeout: '1m' },
  { wait: 'chekcs' },
  { query: 'up' },
  { 'probe-status': '200' },
  { 'idle-for': '5s' },
  { run: 'echo $HOME' },
  { restore: 'true', hold: '1s' },
  { machines: 'all, river-1' },
  { app: 'my-app, !my-app' },
  { 'unlike-any-of-ours': 'x' },
  { token: 'abc' },
  { token: 'FlyV1 fm2_AAAA' },
  { app: 'no-such-app' },
  { machines: 'no-such-machine' },
  { org: 'other-org' },
  { 'api-url': 'http://example.com' },
];

/** Draws one mistake of somebody who writes a workflow. */
export function drawMistake(dice: Dice): Given {
  return dice.pick(MISTAKES);
}
