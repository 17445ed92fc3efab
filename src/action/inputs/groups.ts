import type { InputName } from './table.js';

/** A group of inputs that serve one purpose, as docs/inputs.md shows them. */
interface InputGroup {
  readonly title: string;
  readonly inputs: readonly InputName[];
}

/** Groups of all inputs by purpose; each input is in one. */
export const INPUT_GROUPS: readonly InputGroup[] = [
  {
    title: 'which machines',
    inputs: [
      'app',
      'org',
      'machines',
      'region',
      'process-group',
      'state',
      'metadata',
      'marked',
      'exclude',
      'limit',
      'shard',
      'allow-empty',
    ],
  },
  {
    title: 'how',
    inputs: [
      'wait',
      'settle',
      'timeout',
      'signal',
      'kill-timeout',
      'down-action',
      'fallback',
      'max-unavailable',
      'max-concurrent',
      'lease',
    ],
  },
  { title: 'what if', inputs: ['dry-run', 'on-failure', 'on-lease', 'restore'] },
  {
    title: 'token',
    inputs: [
      'token',
      'refresh-before',
      'third-party-credentials',
      'approve',
      'max-lifetime',
      'scope',
      'attenuate-with',
      'export-token',
      'api-url',
    ],
  },
  {
    title: 'idle',
    inputs: [
      'idle-for',
      'idle-signal',
      'idle-threshold',
      'query',
      'keep',
      'announce',
      'prometheus-url',
      'metrics-token',
    ],
  },
  { title: 'warm-up', inputs: ['count', 'probe-url', 'probe-status', 'probe-successes'] },
  { title: 'hours and marks', inputs: ['mark', 'hold', 'default-hours', 'set'] },
  { title: 'command to run', inputs: ['run', 'container', 'exec-timeout'] },
  { title: 'reporting', inputs: ['summary'] },
];
