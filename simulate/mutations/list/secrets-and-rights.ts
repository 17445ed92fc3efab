import type { Mutation } from '../mutation.js';

/** Mistakes with tokens, sessions, and what a token allows. */
export const SECRETS_AND_RIGHTS: readonly Mutation[] = [
  {
    name: 'discharge-not-masked',
    tells: 'A discharge that arrives is not masked in the log.',
    file: 'src/action/access/connect.ts',
    search: 'for (const form of tokenForms(text)) log.mask(form);',
    replace: "log.debug('A discharge has arrived.');",
    found: ['secret'],
  },
  {
    name: 'session-not-masked',
    tells: 'A step that takes its token from the job’s session doesn’t mask it.',
    file: 'src/action/step/prepare-step.ts',
    search: 'for (const { content } of survey.sessions) maskSession(content, log);',
    replace: '',
    found: ['secret'],
  },
  {
    name: 'copy-not-masked',
    tells: 'The copy of the token that a step leaves for its post is not masked.',
    file: 'src/action/owed/make-copy.ts',
    search: 'maskSession(content, log);',
    replace: '',
    found: ['secret'],
  },
  {
    name: 'credential-for-anybody',
    tells: 'A credential for one third party is shown to every other.',
    file: 'src/discharge/third-party/shown-credential.ts',
    search: 'origin === url.origin && (path ?? placeOf(url)) === placeOf(url)',
    replace: "origin !== '' && (path ?? placeOf(url)) === placeOf(url)",
    found: ['secret'],
  },
  {
    name: 'token-to-any-prometheus',
    tells: 'The deploy token is sent to a Prometheus that is not Fly’s.',
    file: 'src/action/step/metrics-of.ts',
    search:
      'url.origin === FLYS || (isLoopback(access.apiUrl) && isLoopback(url)) ? connection.token : undefined',
    replace: "url.origin !== '' ? connection.token : undefined",
    found: ['secret'],
  },
  {
    name: 'session-left-behind',
    tells: 'The file with the token stays in RUNNER_TEMP after the job.',
    file: 'src/action/post.ts',
    search: 'removeSession(files, name);',
    replace: '',
    found: ['secret'],
  },
  {
    name: 'session-of-another-job',
    tells: 'A step takes the session of another job that has the same RUNNER_TEMP.',
    file: 'src/action/access/job.ts',
    search: 'return { tag: this.tag, files: sealedFiles(files, this.seal) };',
    replace: "return { tag: '', files };",
    found: ['session'],
  },
  {
    name: 'open-verdict-refuses',
    tells: 'A step is refused by its own preflight where only Fly can tell what the token allows.',
    file: 'src/action/step/preflight.ts',
    search: "needs.find((it) => judge.one(it).verdict === 'no')",
    replace: "needs.find((it) => judge.one(it).verdict !== 'yes')",
    found: ['outcome'],
  },
  {
    name: 'second-auth-drops-apps',
    tells: 'A second `auth` with the same token closes the session for the apps of the first.',
    file: 'src/action/access/open-session.ts',
    search: 'apps: [...new Set([...apps, ...added.apps])], org: added.org ?? org',
    replace: 'apps: added.apps, org: added.org ?? org',
    found: ['session'],
  },
];
