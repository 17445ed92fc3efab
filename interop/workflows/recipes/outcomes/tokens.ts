import { NOTHING, type Outcomes, RESTARTED, WORKER_STARTED } from './outcome.js';

/** Examples about the token. */
export const TOKENS: Outcomes = {
  'inspect-token.yml': { 'schedule 29 7 * * 1': NOTHING, workflow_dispatch: NOTHING },
  'least-privilege.yml': { workflow_dispatch: RESTARTED },
  'one-machine.yml': { workflow_dispatch: WORKER_STARTED },
  'third-party.yml': { workflow_dispatch: RESTARTED },
  'approval.yml': {
    // After two questions, a person has approved.
    workflow_dispatch: { ...RESTARTED, settings: { own: { behaviour: 'user-interactive' } } },
  },
};
