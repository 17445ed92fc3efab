import { COMMAND_NAMES, type CommandName } from '../../src/command-table.js';

/** Inputs of a step, as a workflow gives them. */
export type With = Readonly<Record<string, string>>;

/** Origin of the app that a `warm-up` probes. */
export const PROBE = 'https://probe.example';

/** Inputs of each command's steps as workflows have them; inputs that suit all of them are added later. */
const INPUTS_OF: { readonly [N in CommandName]: readonly [With, ...With[]] } = {
  auth: [
    { 'refresh-before': '1m' },
    { scope: 'read', 'max-lifetime': '1h', 'attenuate-with': '[{"type":"Action","body":"r"}]' },
    { approve: 'true', timeout: '2m' },
  ],
  inspect: [{}, { app: '', org: 'my-org' }],
  list: [{}, { summary: 'true', region: 'fra' }],
  wait: [{ state: 'started', timeout: '90s' }, {}],
  start: [
    { machines: 'all', restore: 'true', hold: '10m' },
    { machines: 'all', lease: 'true', wait: 'checks' },
  ],
  stop: [
    { machines: 'all', restore: 'true', lease: 'true' },
    { machines: 'd8910000000001', signal: 'SIGINT', 'on-failure': 'warn' },
  ],
  suspend: [{ machines: 'all', fallback: 'stop', 'on-lease': 'skip' }],
  restart: [{ 'process-group': 'worker', 'on-lease': 'fail' }],
  cordon: [{ machines: 'all', restore: 'true' }],
  uncordon: [{ machines: 'all' }],
  'stop-idle': [
    { 'idle-for': '10m' },
    { 'idle-for': '30m', 'idle-signal': 'uptime', keep: '1' },
    { app: '', org: 'my-org', limit: '9', 'idle-for': '10m', 'dry-run': 'true' },
  ],
  hours: [
    { 'default-hours': 'always' },
    { 'default-hours': 'Mon 07:30-07:31 UTC', 'down-action': 'suspend' },
  ],
  'warm-up': [
    { 'process-group': 'app', count: '1', 'probe-url': `${PROBE}/health` },
    { restore: 'true', hold: '10m' },
  ],
  exec: [{ machines: 'all', run: 'env' }],
  label: [{ machines: 'all', set: 'team=red\nold=' }],
};

/** Steps as workflows have them, at least one of each command. */
export const STEPS = COMMAND_NAMES.flatMap((command) =>
  INPUTS_OF[command].map((inputs) => [command, inputs] as const),
);
