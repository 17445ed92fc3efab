import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createJob, type Job } from '../../../runner/job.js';
import type { JobOptions } from '../../../runner/job-options.js';
import type { StepResult } from '../../../runner/step-result.js';
import { FULL_ENVIRONMENT, itWhere, PRIVATE_MODE, SIGNALS } from '../../support/where.js';
import { type FixtureAction, writeActions } from './fixture-action.js';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function jobWith(actions: Readonly<Record<string, FixtureAction>>, options: JobOptions = {}): Job {
  const root = writeActions(actions);
  const job = createJob({ root, ...options });
  cleanUps.push(job.end, () => rmSync(root, { recursive: true }));
  return job;
}

const text = (result: StepResult) => result.log.map((line) => line.text);
const env = (result: StepResult): Record<string, string> => JSON.parse(result.stdout);
const printEnv = 'print(JSON.stringify(process.env));';

describe('when a step gets its environment', () => {
  const inputs = `  app name:
    default: auto
  dry-run:
    default: false
  none: {}
  old:
    deprecationMessage: use app
`;

  it('has its inputs, defaults where none is given, and nothing of this process', async () => {
    process.env['LEAK_CANARY'] = 'yes';
    const job = jobWith({ show: { main: printEnv, inputs } }, { env: { MINE: '1' } });
    const result = await job.step({
      uses: './show',
      with: { 'App Name': '', 'dry-run': true },
      env: { OWN: '2' },
    });
    delete process.env['LEAK_CANARY'];
    const seen = env(result);
    expect(seen).toMatchObject({
      INPUT_APP_NAME: '',
      'INPUT_DRY-RUN': 'true',
      INPUT_NONE: '',
      MINE: '1',
      OWN: '2',
    });
    expect(seen).toMatchObject({
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      GITHUB_ACTION: '__self',
      RUNNER_TEMP: job.temp,
    });
    const own = /^(GITHUB|RUNNER|INPUT)_|^(CI|HOME|PATH|MINE|OWN)$/;
    const others = Object.keys(seen).filter((name) => !own.test(name));
    // Windows and macOS give a process some variables whatever it is started with.
    const always = execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], {
      env: {},
      encoding: 'utf8',
    });
    expect(others.filter((name) => !(name in JSON.parse(always)))).toEqual([]);
  });

  it('has what it asks for OIDC tokens with where the job may have them, masked, and before its own', async () => {
    const idToken = { url: 'https://vstoken.example/?a=b', token: 'request-token' };
    const job = jobWith({ show: { main: printEnv } }, { idToken });
    const result = await job.step({ uses: './show', env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://evil' } });
    expect(env(result)).toMatchObject({
      ACTIONS_ID_TOKEN_REQUEST_URL: idToken.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.token,
    });
    expect(text(result).join('\n')).not.toContain('request-token');
  });

  it('warns about inputs that are unknown or deprecated, and passes them on', async () => {
    const job = jobWith({ show: { main: printEnv, inputs } });
    const result = await job.step({ uses: './show', with: { excldue: 'db', old: 'x' } });
    expect(env(result)['INPUT_EXCLDUE']).toBe('db');
    expect(result.annotations.map(({ message }) => message)).toEqual([
      "Input 'old' has been deprecated with message: use app",
      "Unexpected input(s) 'excldue', valid inputs are ['app name', 'dry-run', 'none', 'old']",
    ]);
    expect(result.conclusion).toBe('success');
  });

  it('refuses variables that the contexts would override', async () => {
    expect(() => createJob({ env: { GITHUB_REPOSITORY: 'a/b' } })).toThrow('GITHUB_REPOSITORY');
    const job = jobWith({ show: { main: printEnv } }, { github: { event_name: 'pull_request' } });
    await expect(job.step({ uses: './show', env: { RUNNER_TEMP: '/x' } })).rejects.toThrow('RUNNER_TEMP');
    expect(env(await job.step({ uses: './show' }))['GITHUB_EVENT_NAME']).toBe('pull_request');
  });

  itWhere(FULL_ENVIRONMENT)('fails when the environment is larger than the system allows', async () => {
    const job = jobWith({ show: { main: printEnv } });
    const result = await job.step({ uses: './show', with: { word: 'x'.repeat(3_000_000) } });
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: -1 });
    expect(result.annotations[0]?.message).toContain('E2BIG');
  });
});

describe('when a step sets things for others', () => {
  it('hands variables and PATH to later steps, but never NODE_OPTIONS or a context', async () => {
    const main = `set('ENV', 'A=1'); set('ENV', 'B<<E\\n2\\n3\\nE'); set('ENV', 'node_options=-r x');
      set('ENV', 'GITHUB_SHA=fake'); set('PATH', '/one'); set('PATH', '/two');`;
    const job = jobWith({ give: { main }, show: { main: printEnv } });
    const first = await job.step({ uses: './give' });
    const seen = env(await job.step({ uses: './show' }));
    expect(seen).toMatchObject({ A: '1', B: '2\n3' });
    expect(seen).not.toHaveProperty('node_options');
    expect(seen['GITHUB_SHA']).not.toBe('fake');
    expect(seen['PATH']).toMatch(/^\/two.\/one./);
    expect(first).toMatchObject({ conclusion: 'success', annotations: [{ level: 'error' }] });
  });

  it('hands state to its own post alone, last step first', async () => {
    const action = (word: string): FixtureAction => ({
      main: `set('STATE', 'word=${word}'); set('OUTPUT', 'o=${word}'); process.exitCode = '${word}' === 'b' ? 3 : 0;`,
      post: 'print(process.env.STATE_word + process.env.INPUT_WORD);',
    });
    const job = jobWith({ a: action('a'), b: action('b'), plain: { main: '' } });
    const first = await job.step({ uses: './a', with: { word: '1' } });
    const second = await job.step({ uses: './b', with: { word: '2' } });
    await job.step({ uses: './plain' });
    const posts = await job.post();
    expect(first.outputs).toEqual({ o: 'a' });
    expect(second).toMatchObject({ conclusion: 'failure', exitCode: 3 });
    expect(posts.map(({ stdout, name }) => [name, stdout])).toEqual([
      ['Post Run ./b', 'b2\n'],
      ['Post Run ./a', 'a1\n'],
    ]);
    expect(await job.post()).toEqual([]);
  });

  it('runs a post only when its post-if holds', async () => {
    const job = jobWith({ a: { main: 'process.exit(1);', post: '', postIf: 'success()' } });
    await job.step({ uses: './a' });
    expect(await job.post()).toEqual([]);
  });

  it('fails on a damaged file, with what came before it kept', async () => {
    const job = jobWith({ a: { main: `set('OUTPUT', 'o=1'); set('OUTPUT', 'oops');` } });
    const result = await job.step({ uses: './a' });
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: 0, outputs: { o: '1' } });
    expect(text(result)).toEqual([
      "Unable to process file command 'output' successfully.",
      "Invalid format 'oops'",
    ]);
  });
});

describe('when a step prints', () => {
  it('masks everything after the mask, on both streams, but not titles and not what came before', async () => {
    const main = `print('early hidden-value'); print('::add-mask::hidden-value');
      print('late hidden-value ' + Buffer.from('hidden-value').toString('base64'));
      print('::error title=hidden-value::a hidden-value%0Ab'); set('STEP_SUMMARY', '| hidden-value |');
      fs.writeSync(2, '::warning::hidden-value from stderr');`;
    const job = jobWith({ a: { main }, show: { main: 'print(process.env.INPUT_WORD);' } });
    const result = await job.step({ uses: './a' });
    expect(text(result)).toEqual(
      expect.arrayContaining(['early hidden-value', 'late *** ***', 'a ***', 'b', '*** from stderr']),
    );
    expect(result.annotations).toContainEqual({
      level: 'error',
      message: 'a ***\nb',
      title: 'hidden-value',
      properties: {},
    });
    expect(result.summary).toBe('| *** |\n');
    const later = await job.step({ uses: './show', with: { word: 'hidden-value' } });
    expect(later.details).toEqual(['with:', '  word: ***']);
    expect(text(later)).toEqual(['***']);
    expect(job.raw()).toContain('late hidden-value');
  });

  it('masks secrets from the start', async () => {
    const job = jobWith({ a: { main: 'print(process.env.INPUT_WORD);' } }, { secrets: [' top-secret\n'] });
    const result = await job.step({ uses: './a', with: { word: 'top-secret' } });
    expect(text(result)).toEqual(['***']);
    expect(job.jobOutputs({ a: 'is top-secret', b: 'open', c: '' })).toEqual({
      kept: { b: 'open' },
      dropped: ['a'],
    });
  });

  it('obeys no command between stop-commands and its token', async () => {
    const main = `print('::stop-commands::a-long-token'); print('::error::no'); print('##[warning]no');
      print('::a-long-token::'); print('::error::yes');`;
    const result = await jobWith({ a: { main } }).step({ uses: './a' });
    expect(result.annotations.map(({ message }) => message)).toEqual(['yes']);
    expect(text(result)).toEqual(['::stop-commands::***', '::error::no', 'no', '::***::', 'yes']);
  });

  it('obeys a command that hides behind a lone carriage return or inside a line', async () => {
    const main = `print('name\\r::error::one'); print('name ##[error]two');`;
    const result = await jobWith({ a: { main } }).step({ uses: './a' });
    expect(result.annotations.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('fails for a command that is disabled, and shows debug lines only when asked', async () => {
    const main = `print('::debug::quiet'); print('::set-env name=A::1');`;
    const plain = await jobWith({ a: { main } }).step({ uses: './a' });
    const debug = await jobWith({ a: { main } }, { debug: true }).step({ uses: './a' });
    expect(plain).toMatchObject({ conclusion: 'failure', exitCode: 0, env: {} });
    expect(text(plain)).not.toContain('quiet');
    expect(debug.log).toContainEqual({ kind: 'debug', text: 'quiet' });
  });

  it('keeps ten annotations of a level and 4096 characters of each', async () => {
    const main = `for (let i = 0; i < 12; i += 1) print('::error::' + 'x'.repeat(5000)); print('::notice::n');`;
    const { annotations, log } = await jobWith({ a: { main } }).step({ uses: './a' });
    expect(annotations.map(({ level }) => level)).toEqual([...Array(10).fill('error'), 'notice']);
    expect(annotations[0]?.message).toHaveLength(4096);
    expect(log).toHaveLength(13);
  });

  it('drops a summary of more than a megabyte without failing', async () => {
    const main = `set('STEP_SUMMARY', 'x'.repeat(1024 * 1024));`;
    const result = await jobWith({ a: { main } }).step({ uses: './a' });
    expect(result).toMatchObject({ conclusion: 'success', summary: '' });
    expect(text(result)).toEqual([expect.stringContaining('upload aborted')]);
  });
});

describe('when a step is cancelled', () => {
  const wait = 'setInterval(() => {}, 1000); print("ready");';
  const patient = { interrupt: 60_000, terminate: 60_000 };

  itWhere(SIGNALS).each([
    ['goes at SIGINT', `process.on('SIGINT', () => process.exit(0));${wait}`, patient, 0],
    ['has no handler', wait, patient, 130],
    [
      'goes at SIGTERM',
      `process.on('SIGINT', () => {}).on('SIGTERM', () => process.exit(4));${wait}`,
      { interrupt: 1, terminate: 60_000 },
      4,
    ],
    [
      'never goes',
      `process.on('SIGINT', () => {}).on('SIGTERM', () => {});${wait}`,
      { interrupt: 1, terminate: 1 },
      137,
    ],
  ])('ends as cancelled and still runs its post: %s', async (_, main, cancelTimes, exitCode) => {
    const job = jobWith({ a: { main, post: 'print("undone");' } }, { cancelTimes });
    const result = await job.step({ uses: './a', onLine: ({ text }) => text === 'ready' && job.cancel() });
    expect(result).toMatchObject({ conclusion: 'cancelled', exitCode });
    expect(job.status).toBe('cancelled');
    expect(await job.post()).toMatchObject([{ conclusion: 'success', stdout: 'undone\n' }]);
  });

  it('takes a signal of its own', async () => {
    const job = jobWith({ a: { main: wait } });
    const cancel = new AbortController();
    const result = await job.step({ uses: './a', signal: cancel.signal, onLine: () => cancel.abort() });
    expect(result.conclusion).toBe('cancelled');
  });

  it('fails, not cancelled, when the process is killed; state written before is there for post', async () => {
    const main = `set('STATE', 'word=kept');${wait}`;
    const job = jobWith({ a: { main, post: 'print(process.env.STATE_word);' } });
    const kill = new AbortController();
    const result = await job.step({ uses: './a', kill: kill.signal, onLine: () => kill.abort() });
    expect(result).toMatchObject({ conclusion: 'failure', exitCode: 137 });
    expect(await job.post()).toMatchObject([{ conclusion: 'success', stdout: 'kept\n' }]);
  });
});

describe('when a job is read and ended', () => {
  it('shows every file it left, and leaves nothing behind', async () => {
    const main = `fs.writeFileSync(process.env.RUNNER_TEMP + '/session', 's', { mode: 0o600 });
      fs.writeFileSync('here', 'w'); fs.writeFileSync(process.env.HOME + '/rc', 'h'); set('STATE', 'a=1');`;
    const job = jobWith({ a: { main } });
    await job.step({ uses: './a' });
    const files = job.files();
    expect(files).toContainEqual({ path: '_work/_temp/session', content: 's', mode: PRIVATE_MODE });
    expect(files.map(({ content }) => content)).toEqual(expect.arrayContaining(['s', 'w', 'h', 'a=1\n']));
    job.end();
    expect(existsSync(job.temp)).toBe(false);
  });

  it('refuses an action that is not there', async () => {
    await expect(jobWith({}).step({ uses: './nope' })).rejects.toThrow('action.yml');
  });
});
