import type { LeftFile, ProcessRun } from '../../history/history.js';
import type { Check, Report, View } from '../check.js';
import type { Pieces } from './pieces.js';
import { JOB_KEY, secretsOf } from './secrets.js';

/** Names of files that are there to hold a token, for this user alone. */
const KEEPS_TOKEN = /^fly-machines-(session|restore)-/;
/** Variables that hand a secret on because a step says so. */
const HANDED_ON: ReadonlySet<string> = new Set(['FLY_API_TOKEN', JOB_KEY]);

/** Searches all that is printed, written and handed on for secrets. */
export const noSecret: Check = {
  name: 'no secret anywhere',
  promise:
    'No token, discharge, credential, key or lease nonce stands in a log, an output, a state, a summary, an error or a file that is not a session.',
  look(view, report) {
    const { history } = view;
    if (history.runs.length === 0) return;
    const secrets = secretsOf(view);
    for (const run of history.runs) searchRun(run, secrets, report);
    searchFiles(view, secrets, report);
  },
};

function searchRun(run: ProcessRun, secrets: Pieces, report: Report): void {
  report.seen();
  const look = (where: string, text: string | undefined) => {
    const what = text === undefined ? undefined : secrets.in(text);
    if (what !== undefined) report.found(`${what} stands in ${where}`, { run: run.id });
  };
  const isExported = (run.step.inputs['export-token'] ?? 'false') !== 'false';
  for (const { level, text, title } of run.printed) {
    look(`a printed ${level}`, text);
    look(`the title of a printed ${level}`, title);
  }
  for (const [name, value] of Object.entries(run.outputs))
    if (name !== 'token' || !isExported) look(`the output ${name}`, value);
  // The state bears the job's key for the step's own post, and nothing else that is secret.
  for (const [name, value] of Object.entries(run.state)) if (name !== 'key') look(`the state ${name}`, value);
  for (const [name, value] of Object.entries(run.exported))
    if (!HANDED_ON.has(name) || (name === 'FLY_API_TOKEN' && !isExported))
      look(`the variable ${name}`, value);
  look('the summary', run.summary);
  look('what was thrown', run.threw);
}

function searchFiles({ history }: View, secrets: Pieces, report: Report): void {
  for (const [runner, files] of Object.entries(history.left)) {
    for (const file of files.filter(isOpen)) {
      const what = secrets.in(file.text) ?? secrets.in(file.name);
      if (what !== undefined) report.found(`${what} stands in the file ${file.name} of the runner ${runner}`);
    }
  }
}

function isOpen({ name }: LeftFile): boolean {
  return !KEEPS_TOKEN.test(name);
}
