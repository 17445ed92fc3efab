import type { Answer, BrokenReply, FlyRequest } from '../../../emulator/http.js';
import type { Job } from '../../../runner/job.js';
import type { StepOptions } from '../../../runner/job-options.js';
import type { StepResult } from '../../../runner/step-result.js';
import { LeakSearch, leftBy, printedBy } from '../scenarios/leaks.js';
import { variables } from './step-inputs.js';

/** Shorter texts occur by chance, and are no secrets. */
const SHORTEST = 16;
const VARIABLES = [
  ...['INPUT_TOKEN', 'INPUT_METRICS-TOKEN', 'FLY_ACCESS_TOKEN', 'FLY_API_TOKEN'],
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
];
/** As they stand in the files of sessions, and in those that a step leaves for its own post. */
const MACAROON = /fm(?:2|1r|1a)_[A-Za-z0-9+/=]+/g;
const SECRET_FILE = /(^|\/)fly-machines-(session|restore)-/;
const EXPORT_FILE = /(^|\/)set_(output|env)_[\w-]+$/;
/** What may hold the token of an `auth` that was asked to export it. */
const EXPORTED = ['token', 'FLY_API_TOKEN'];

/**
 * A net under the jobs of a scenario: it takes note of every secret that a step is given, sends or is answered, and
 * fails the step that prints or leaves a piece of one anywhere but in the session. The runner's masks play no part.
 */
export class LeakNet {
  readonly #search = new LeakSearch();

  /** Takes the token, credential or OIDC token that a request brought. */
  sent({ headers }: Pick<FlyRequest, 'headers'>): void {
    const [, ...words] = (headers['authorization'] ?? '').split(/[\s,]+/);
    for (const word of words) this.#secret(word);
  }

  /** Takes the discharge or the lease that a request was answered with. */
  answered(reply: Pick<Answer, 'body'> | BrokenReply): void {
    if ('fault' in reply) return;
    for (const [macaroon] of reply.body.matchAll(MACAROON)) this.#secret(macaroon);
    for (const [, nonce = ''] of reply.body.matchAll(/"nonce":"([^"]+)"/g)) this.#search.credential(nonce);
  }

  /** Takes what a step is given, as the environment of its process has it. */
  given(env: Readonly<Record<string, string | undefined>>): void {
    for (const name of VARIABLES) this.#secret(env[name] ?? '');
    for (const line of (env['INPUT_THIRD-PARTY-CREDENTIALS'] ?? '').split('\n')) {
      const value = line.slice(line.indexOf(': ') + 1).trim();
      // An audience is none.
      if (!/^oidc(\s|$)/.test(value)) this.#secret(value.split(/\s+/).at(-1) ?? '');
    }
  }

  /** Throws where a piece of a secret stands in one of the texts, by where they are. */
  expectNoneIn(texts: Readonly<Record<string, string>>): void {
    const leaks = Object.entries(texts).flatMap(([where, text]) =>
      this.#search.in(text).map((what) => `${what} in ${where}`),
    );
    if (leaks.length > 0) throw new Error(`Without the runner's masks there would be ${leaks.join(', ')}`);
  }

  /** The job, each of whose runs is searched as soon as it is over; one that gave something away rejects. */
  guard(job: Job, env: Readonly<Record<string, string>> = {}): Job {
    const open = new Set<string>();
    const step = async (options: StepOptions): Promise<StepResult> => {
      this.given({ ...env, ...options.env, ...variables(options.with ?? {}) });
      const isExport = !['', 'false'].includes(String(options.with?.['export-token'] ?? ''));
      const before = new Set(job.files().map(({ path }) => path));
      const result = await job.step(options);
      const fresh = job.files().filter(({ path }) => !before.has(path) && EXPORT_FILE.test(path));
      if (isExport) for (const { path } of fresh) open.add(path);
      this.#check(job, [result], { except: isExport ? EXPORTED : [], open });
      return result;
    };
    const post: Job['post'] = async (controls) => {
      const results = await job.post(controls);
      this.#check(job, results, { except: [], open });
      return results;
    };
    // The job's getters stay its own.
    return Object.create(job, { step: { value: step }, post: { value: post } }) as Job;
  }

  #check(
    job: Job,
    results: readonly StepResult[],
    { except, open }: { readonly except: readonly string[]; readonly open: ReadonlySet<string> },
  ): void {
    const files = job.files();
    for (const { content } of files.filter(({ path }) => SECRET_FILE.test(path)))
      for (const [macaroon] of content.matchAll(MACAROON)) this.#secret(macaroon);
    const others = files.filter(({ path }) => !SECRET_FILE.test(path) && !open.has(path));
    this.expectNoneIn({
      ...Object.fromEntries(others.map(({ path, content }) => [path, content])),
      ...Object.fromEntries(results.map((result) => [`the log of ${result.name}`, printedBy(result)])),
      ...Object.fromEntries(results.map((result) => [`what ${result.name} left`, leftBy(result, except)])),
    });
  }

  #secret(text: string): void {
    if (text.trim().length < SHORTEST) return;
    try {
      this.#search.token(text);
    } catch {
      this.#search.credential(text); // No token, but put where one belongs.
    }
  }
}
