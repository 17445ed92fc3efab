import { NOTHING, type Outcome, type Outcomes } from './outcome.js';

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
/** Five are idle; one stays up in each region that has no other. */
const SWEPT: Outcome = {
  jobs: 1,
  requests: { 'staging-web POST stop': 3 },
  moved: { 'staging-web app started → stopped': 3 },
};
const SUSPENDED: Outcome = {
  jobs: 4,
  requests: { 'staging-web POST suspend': 5 },
  moved: { 'staging-web app started → suspended': 5 },
};
const REPORTED: Outcome = {
  ...NOTHING,
  says: [
    /^\/slack \{\s*"text": "[^"]*\\nmy-app: 2 up\\nstaging-billing: 1 up\\nstaging-web: 5 up\\ntools: 2 up"\s*\}$/,
  ],
};

/** Examples for all apps of an organization. */
export const ORGANIZATION: Outcomes = {
  'staging-at-night.yml': {
    'schedule 3 19 * * 1-5': STAGING_STOPPED,
    'schedule 57 6 * * 1-5': {
      jobs: 1,
      requests: { 'staging-web POST start': 1, 'staging-web DELETE metadata': 1 },
      moved: { 'staging-web app stopped → started': 1 },
    },
    workflow_dispatch: NOTHING,
    'workflow_dispatch dry-run=false': STAGING_STOPPED,
  },
  'opt-in-at-night.yml': {
    'schedule 13 19 * * *': TOOL_PUT_DOWN,
    // No evening has stopped one that asks for it.
    'schedule 47 6 * * *': NOTHING,
    workflow_dispatch: NOTHING,
    'workflow_dispatch dry-run=false': TOOL_PUT_DOWN,
  },
  'hours.yml': {
    'schedule 23 * * * *': TOOL_PUT_DOWN,
    workflow_dispatch: NOTHING,
    'workflow_dispatch dry-run=false': {
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
  'stop-idle.yml': {
    'schedule 23 * * * *': SWEPT,
    workflow_dispatch: NOTHING,
    'workflow_dispatch dry-run=false': SWEPT,
  },
  'stop-idle-comment.yml': {
    pull_request: {
      ...NOTHING,
      says: [
        /^\/gh pr comment 7 --edit-last --create-if-none --body The sweep would stop 3 now \(dry run: would stop 3, /,
      ],
    },
  },
  'announce-idle.yml': {
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
    workflow_dispatch: NOTHING,
  },
  'slack-report.yml': { 'schedule 47 8 * * 1-5': REPORTED, workflow_dispatch: REPORTED },
  'split-over-jobs.yml': {
    'schedule 43 20 * * *': SUSPENDED,
    workflow_dispatch: { ...NOTHING, jobs: 4 },
    'workflow_dispatch dry-run=false': SUSPENDED,
  },
};
