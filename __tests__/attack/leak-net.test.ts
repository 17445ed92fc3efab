import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJob } from '../../runner/job.js';
import { LeakNet } from '../support/rigs/leak-net.js';
import { discharged, freshToken } from '../support/tokens/sessions.js';
import { writeActions } from '../unit/runner/fixture-action.js';

const CREDENTIAL = 'T0s7mW9qYcR4vKx2Lb8dZhG6nPaEuJf1QwIo5Ty3SkM';
const BODY = "process.env.INPUT_TOKEN.split('_')[1]";
const INPUTS = '  token: {}\n  third-party-credentials: {}\n  export-token: {}\n';

/** What a step may do by mistake with what it was given. */
const LEAKS: readonly (readonly [string, string])[] = [
  ['prints its token', 'print(process.env.INPUT_TOKEN)'],
  ['prints it in an error', "print('::error::401 for ' + process.env.INPUT_TOKEN)"],
  ['prints a part of it', `print(${BODY}.slice(50, 100))`],
  ['prints it in base64', "print(Buffer.from(process.env.INPUT_TOKEN).toString('base64'))"],
  ['prints its bytes in hex', `print(Buffer.from(${BODY}, 'base64').toString('hex'))`],
  ['prints it on stderr', 'console.error(process.env.INPUT_TOKEN)'],
  [
    'masks it and prints it',
    "print('::add-mask::' + process.env.INPUT_TOKEN); print(process.env.INPUT_TOKEN)",
  ],
  ['sets it as an output', "set('OUTPUT', 'machines=' + process.env.INPUT_TOKEN)"],
  ['sets it as an output unasked', "set('OUTPUT', 'token=' + process.env.INPUT_TOKEN)"],
  ['keeps it in state', "set('STATE', 'restore=' + process.env.INPUT_TOKEN)"],
  ['sets it for later steps', "set('ENV', 'FLY_API_TOKEN=' + process.env.INPUT_TOKEN)"],
  ['writes it into the summary', "set('STEP_SUMMARY', process.env.INPUT_TOKEN)"],
  ['leaves it in a file', "fs.writeFileSync(process.env.RUNNER_TEMP + '/x.json', process.env.INPUT_TOKEN)"],
  ['prints a credential', "print(process.env['INPUT_THIRD-PARTY-CREDENTIALS'].split(' ').at(-1))"],
  ['prints what the session holds', `print('${'x'.repeat(3)}' + DISCHARGE.slice(-60))`],
];

describe('when a step gives a secret away, masked or not', () => {
  const temp = mkdtempSync(join(tmpdir(), 'leak-net-'));
  afterAll(() => rmSync(temp, { recursive: true }));

  const { token, discharge } = discharged(freshToken(), 1_700_000_000);
  const run = async (main: string, inputs: Readonly<Record<string, string>> = {}) => {
    const root = writeActions({
      leaky: { main: `const DISCHARGE = '${discharge}';\n${main}`, inputs: INPUTS },
    });
    const net = new LeakNet();
    net.answered({ body: JSON.stringify({ discharge }) });
    const job = net.guard(createJob({ root }));
    const credentials = { 'third-party-credentials': `https://id.example: Bearer ${CREDENTIAL}` };
    try {
      return await job.step({ uses: './leaky', with: { token, ...credentials, ...inputs } });
    } finally {
      job.end();
      rmSync(root, { recursive: true });
    }
  };

  it.each(LEAKS)('is caught by what is under every scenario: it %s', async (_, main) => {
    await expect(run(main)).rejects.toThrow(/^Without the runner's masks there would be a /);
  });

  it('is let through where it was asked to, and only there', async () => {
    const asked = { 'export-token': 'output' };
    const result = await run("set('OUTPUT', 'token=' + process.env.INPUT_TOKEN)", asked);
    expect(result.outputs['token']).toBe(token);
    await expect(run("set('OUTPUT', 'apps=' + process.env.INPUT_TOKEN)", asked)).rejects.toThrow(/in what/);
  });

  it('is quiet where there is nothing', async () => {
    expect(await run("print('::add-mask::' + process.env.INPUT_TOKEN); print('done')")).toMatchObject({
      conclusion: 'success',
    });
  });
});
