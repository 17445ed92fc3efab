import type { Dice } from '../../../fuzz/dice.js';
import type { ScriptApp } from '../../script/script.js';
import type { Given } from './inputs-plan.js';

const QUERIES = [
  'sum by (instance) (rate(fly_edge_http_responses_count{app="$app"}[1m]))',
  'max by (instance) (fly_app_concurrency{app="$app"})',
  'avg by (instance) (max_over_time(fly_app_concurrency{app="$app"}[$step]))',
  // One that no server understands.
  'sum by instance (',
] as const;

/** Address of the metrics as `auto` finds it, for which a token must be given. */
const PROMETHEUS = {
  'prometheus-url': 'https://api.fly.io/prometheus/my-org/',
  'metrics-token': '{token:org}',
} as const;

/** Draws what makes a machine idle, and what is done with it. */
export function drawIdle(dice: Dice): Given {
  const signal = dice.pick(['traffic', 'traffic', 'traffic', 'network', 'cpu', 'query', 'uptime', 'uptime']);
  return {
    'idle-for': dice.pick(['1m', '1m', '5m', '10m', '10m', '30m', '2h', '6h', '24h']),
    ...(signal !== 'traffic' && { 'idle-signal': signal }),
    ...(signal === 'query' && { query: dice.pick(QUERIES) }),
    ...(signal !== 'uptime' &&
      dice.chance(0.15) && { 'idle-threshold': dice.pick(['0', '1', '10.5', '1000']) }),
    ...(signal !== 'uptime' && dice.chance(0.08) && { 'metrics-token': '{token:org}' }),
    ...(signal !== 'uptime' && dice.chance(0.05) && PROMETHEUS),
    ...(dice.chance(0.35) && {
      keep: dice.pick(['1', '2', 'region=1', 'process-group=1', '1, region=1', 'process-group=1, region=2']),
    }),
    ...(dice.chance(0.3) && { 'down-action': 'suspend' }),
  };
}

/** Address that probes of an app ask, when one is drawn. */
export const PROBE_URL = 'https://my-app.fly.dev/up';

/** Draws how many machines are to be ready. */
export function drawWarm(dice: Dice): Given {
  return {
    ...(dice.chance(0.75) && {
      count: dice.pick(['1', '2', '2', '3', 'all', 'all', 'fra=1', 'fra=1, iad=1', 'fra=2']),
    }),
    ...(dice.chance(0.15) && {
      'probe-url': PROBE_URL,
      ...(dice.chance(0.3) && { 'probe-status': dice.pick(['200', '200-499', '204, 401-403']) }),
      ...(dice.chance(0.3) && { 'probe-successes': dice.pick(['1', '5']) }),
    }),
  };
}

const RUNS = [
  'env',
  'true',
  'false',
  'bin/rails db:migrate',
  'echo "two words"',
  '["echo", "a|b", "::error::x"]',
  'sleep 3',
  'sleep 70',
] as const;

/** Draws the command to run, and the container to run it in where some machine has any. */
export function drawExec(dice: Dice, apps: readonly ScriptApp[]): Given {
  const names = apps
    .flatMap(({ machines }) => machines.flatMap(({ config }) => config?.containers ?? []))
    .flatMap(({ name }) => name ?? []);
  const isInside = dice.chance(names.length > 0 ? 0.5 : 0.03);
  return {
    run: dice.pick(RUNS),
    ...(isInside && { container: dice.pick([...names, ...names, 'web', 'sidecar']) }),
    ...(dice.chance(0.35) && { 'exec-timeout': dice.pick(['1s', '5s', '30s', '2m']) }),
  };
}

/** Draws the states to wait for. */
export function drawAwaited(dice: Dice): Given {
  return dice.chance(0.5)
    ? {}
    : {
        state: dice.pick([
          'started',
          'stopped',
          'suspended',
          'destroyed',
          'started, stopped',
          'failed',
          'settled',
        ]),
      };
}

/** Draws how the session of a job is opened. */
export function drawOpening(dice: Dice, apps: readonly ScriptApp[]): Given {
  const id = apps.flatMap(({ machines }) => machines)[0]?.id;
  const caveat = dice.pick([
    '{"type":"Action","body":"rC"}',
    '[{"type":"Action","body":"r"}]',
    `{"type":"IfPresent","body":{"ifs":[{"type":"Machines","body":{"machines":{"${id ?? 'd8910000000000'}":"rC"}}}],"else":"r"}}`,
    '{"type":"Commands","body":[{"args":["env"],"exact":true}]}',
  ]);
  return {
    ...(dice.chance(0.2) && { scope: dice.pick(['control', 'control', 'read', 'full']) }),
    ...(dice.chance(0.15) && { 'max-lifetime': dice.pick(['0', '5m', '1h', '24h']) }),
    ...(dice.chance(0.15) && { 'export-token': dice.pick(['output', 'env']) }),
    ...(dice.chance(0.05) && { 'attenuate-with': caveat }),
    ...(dice.chance(0.12) && { approve: 'true' }),
  };
}
