import type { FlyChanges } from './recipe-fly.js';

/** Expected outcome of a recipe. */
export interface Outcome extends FlyChanges {
  readonly jobs: number;
  /** What it posts to others than Fly, in its order. Default: nothing. */
  readonly says?: readonly RegExp[];
}

const NOTHING: Outcome = { jobs: 1, requests: {}, moved: {} };
const THERE_AND_BACK: Outcome = {
  ...NOTHING,
  requests: { 'my-app POST start': 1, 'my-app POST stop': 1 },
};
const STAGING_STOPPED: Outcome = {
  jobs: 1,
  requests: { 'staging-web POST metadata': 5, 'staging-web POST stop': 5 },
  moved: { 'staging-web app started → stopped': 5 },
};
const TOOL_PUT_DOWN: Outcome = {
  jobs: 1,
  requests: { 'tools POST metadata': 1, 'tools POST stop': 1 },
  moved: { 'tools app started → stopped': 1 },
};
const WORKER_STARTED: Outcome = {
  jobs: 1,
  requests: { 'my-app POST start': 1 },
  moved: { 'my-app worker stopped → started': 1 },
};

/** Expected outcomes by the heading of the recipe and its trigger. A recipe without one fails. */
export const OUTCOMES: Readonly<Record<string, Readonly<Record<string, Outcome>>>> = {
  'fly-machines-action': { push: THERE_AND_BACK },
  'Down at night, up in the morning': {
    'schedule 3 19 * * 1-5': STAGING_STOPPED,
    'schedule 57 6 * * 1-5': {
      jobs: 1,
      requests: { 'staging-web POST start': 1, 'staging-web DELETE metadata': 1 },
      moved: { 'staging-web app stopped → started': 1 },
    },
    workflow_dispatch: NOTHING,
    'workflow_dispatch dry-run=false': STAGING_STOPPED,
  },
  'Only machines that ask for it': { 'schedule 13 19 * * *': TOOL_PUT_DOWN },
  'Hours at the machines': {
    'schedule 23 * * * *': TOOL_PUT_DOWN,
    workflow_dispatch: {
      jobs: 1,
      // Four get their hours; two of them are up, and are marked and put down.
      requests: { 'my-app POST metadata': 6, 'my-app POST stop': 2, ...TOOL_PUT_DOWN.requests },
      moved: {
        'my-app app started → stopped': 1,
        'my-app worker started → stopped': 1,
        ...TOOL_PUT_DOWN.moved,
      },
    },
  },
  'Keep one up until Friday': {
    workflow_dispatch: { ...NOTHING, requests: { 'my-app POST metadata': 1 } },
    'workflow_dispatch end=true': { ...NOTHING, requests: { 'my-app DELETE metadata': 1 } },
  },
  'Sweep what is idle': {
    // Five are idle; one stays up in each region that has no other.
    'schedule 23 * * * *': {
      jobs: 1,
      requests: { 'staging-web POST stop': 3 },
      moved: { 'staging-web app started → stopped': 3 },
    },
    pull_request: {
      ...NOTHING,
      says: [
        /^\/gh pr comment 7 --edit-last --create-if-none --body The sweep would stop 3 now \(dry run: would stop 3, /,
      ],
    },
  },
  'Announce it to the owners, stop a day later': {
    'schedule 23 9 * * *': {
      jobs: 1,
      requests: {
        'staging-web POST metadata': 4,
        'staging-billing POST stop': 1,
        'staging-billing DELETE metadata': 1,
      },
      moved: { 'staging-billing app started → stopped': 1 },
      says: [
        /^\/slack \{\s*"text": "stopped 1, .*announced 4; /,
        /^\/gh issue edit 12 --body-file issue.md\nstopped 1, .*\n~~~\n(.*\n)*staging-web\t\S+\tstarted\tannounced: will be stopped after 2026-12-05T16:2.*\n(.*\n)*~~~$/,
      ],
    },
  },
  'Warm up, deploy, test, put back': {
    workflow_dispatch: {
      ...THERE_AND_BACK,
      // Both are held, including the one that was up already; afterwards neither is.
      requests: { ...THERE_AND_BACK.requests, 'my-app POST metadata': 2, 'my-app DELETE metadata': 2 },
    },
  },
  'Preview machines for one job': { pull_request: THERE_AND_BACK },
  'Look first': { pull_request: NOTHING },
  'Have machines up before a deploy': {
    workflow_dispatch: {
      jobs: 1,
      requests: { 'my-app POST start': 2 },
      moved: { 'my-app app stopped → started': 1, 'my-app worker stopped → started': 1 },
    },
  },
  'Have machines up after a deploy': {
    workflow_dispatch: {
      jobs: 1,
      requests: { 'my-app POST start': 1 },
      moved: { 'my-app app stopped → started': 1 },
    },
  },
  'Restart after a failed deploy': {
    workflow_dispatch: { ...NOTHING, requests: { 'my-app POST restart': 1 } },
  },
  'Put back what a job changed': {
    workflow_dispatch: {
      ...THERE_AND_BACK,
      requests: { ...THERE_AND_BACK.requests, 'my-app POST cordon': 2, 'my-app POST uncordon': 2 },
    },
  },
  'Run a command in machines': {
    workflow_dispatch: { ...NOTHING, requests: { 'my-app POST exec': 2 } },
  },
  'All staging apps of an organization, split over four jobs': {
    'schedule 43 20 * * *': {
      jobs: 4,
      requests: { 'staging-web POST suspend': 5 },
      moved: { 'staging-web app started → suspended': 5 },
    },
  },
  'Wait until machines have settled': { workflow_dispatch: NOTHING },
  'A command by hand': {
    workflow_dispatch: NOTHING,
    'workflow_dispatch command=restart': { ...NOTHING, requests: { 'my-app POST restart': 1 } },
    'workflow_dispatch command=stop': {
      jobs: 1,
      requests: { 'my-app POST stop': 1 },
      moved: { 'my-app worker started → stopped': 1 },
    },
    'workflow_dispatch command=start': WORKER_STARTED,
  },
  'One job per machine': {
    // One job lists, and one runs for each of two workers.
    workflow_dispatch: { ...WORKER_STARTED, jobs: 3 },
  },
  'What a token may do': { 'schedule 29 7 * * 1': NOTHING, workflow_dispatch: NOTHING },
  'Least privilege in a job': {
    workflow_dispatch: { ...NOTHING, requests: { 'my-app POST restart': 1 } },
  },
  'One machine and no other': { workflow_dispatch: WORKER_STARTED },
  'Third parties of your own': {
    workflow_dispatch: { ...NOTHING, requests: { 'my-app POST restart': 1 } },
  },
};
