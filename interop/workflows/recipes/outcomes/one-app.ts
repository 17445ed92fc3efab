import {
  NOTHING,
  type Outcome,
  type Outcomes,
  RESTARTED,
  THERE_AND_BACK,
  WORKER_STARTED,
} from './outcome.js';

const APP_STOPPED: Outcome = {
  jobs: 1,
  requests: { 'my-app POST metadata': 2, 'my-app POST stop': 2 },
  moved: { 'my-app app started → stopped': 1, 'my-app worker started → stopped': 1 },
};

/** Examples for one app. */
export const ONE_APP: Outcomes = {
  'stop-at-night.yml': {
    'schedule 3 19 * * 1-5': APP_STOPPED,
    // The machine that is down was not put down by an evening.
    'schedule 57 6 * * 1-5': NOTHING,
    workflow_dispatch: NOTHING,
    'workflow_dispatch dry-run=false': APP_STOPPED,
  },
  'machines-in-a-pull-request.yml': { pull_request: NOTHING },
  'dry-run-in-a-pull-request.yml': { pull_request: NOTHING },
  // Its own Fly has the changes.
  'emulator-in-a-job.yml': { pull_request: NOTHING },
  'integration-tests.yml': { push: THERE_AND_BACK },
  'warm-up.yml': {
    workflow_dispatch: {
      ...THERE_AND_BACK,
      // Both are held, including the one that was up already; afterwards neither is.
      requests: { ...THERE_AND_BACK.requests, 'my-app POST metadata': 2, 'my-app DELETE metadata': 2 },
    },
  },
  'preview.yml': { pull_request: THERE_AND_BACK },
  'start-before-deploy.yml': {
    workflow_dispatch: {
      jobs: 1,
      requests: { 'my-app POST start': 2 },
      moved: { 'my-app app stopped → started': 1, 'my-app worker stopped → started': 1 },
    },
  },
  'start-after-deploy.yml': {
    workflow_dispatch: {
      jobs: 1,
      requests: { 'my-app POST start': 1 },
      moved: { 'my-app app stopped → started': 1 },
    },
  },
  'restart-after-failed-deploy.yml': { workflow_dispatch: RESTARTED },
  'rolling-restart.yml': { workflow_dispatch: NOTHING, 'workflow_dispatch dry-run=false': RESTARTED },
  'put-back.yml': {
    workflow_dispatch: {
      ...THERE_AND_BACK,
      requests: { ...THERE_AND_BACK.requests, 'my-app POST cordon': 2, 'my-app POST uncordon': 2 },
    },
  },
  'run-a-command.yml': { workflow_dispatch: { ...NOTHING, requests: { 'my-app POST exec': 2 } } },
  'hold.yml': {
    workflow_dispatch: { ...NOTHING, requests: { 'my-app POST metadata': 1 } },
    'workflow_dispatch end=true': { ...NOTHING, requests: { 'my-app DELETE metadata': 1 } },
  },
  'wait-until-settled.yml': { workflow_dispatch: NOTHING },
  'by-hand.yml': {
    workflow_dispatch: NOTHING,
    'workflow_dispatch command=restart': RESTARTED,
    'workflow_dispatch command=stop': {
      jobs: 1,
      requests: { 'my-app POST stop': 1 },
      moved: { 'my-app worker started → stopped': 1 },
    },
    'workflow_dispatch command=start': WORKER_STARTED,
  },
  // One job lists, and one runs for each of two workers.
  'one-job-per-machine.yml': { workflow_dispatch: { ...WORKER_STARTED, jobs: 3 } },
};
