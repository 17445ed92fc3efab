import { rawToken } from './cases/raw-token.js';
import { base64, startOracle } from './oracle.js';

describe('when the oracle is asked', () => {
  it('answers many questions at once in their order, refusals and panics among them', async () => {
    const oracle = startOracle();
    const [token, header] = [base64(rawToken()), base64(rawToken({ caveats: ['0d', '90'] }))];
    const asked = Array.from({ length: 300 }, (_, index) => [token, '', header][index % 3] ?? '');
    const answers = await Promise.all(asked.map((it) => oracle.ask({ op: 'decode', token: it })));
    await oracle.stop();
    expect(answers.map(({ decoded, error, panic }) => [decoded?.token, error !== undefined, panic])).toEqual(
      asked.map((it) => [it === token ? token : undefined, it !== token, it === header ? true : undefined]),
    );
  });

  it('refuses an array of billions of caveats, which would end the process', async () => {
    const oracle = startOracle();
    const bytes = Buffer.from(rawToken()).toString('hex').replace('90c420', 'ddfffffffec420');
    const asked = { op: 'decode', token: Buffer.from(bytes, 'hex').toString('base64') };
    expect(await oracle.ask(asked)).toEqual({ error: 'an array claims more elements than there are bytes' });
    await oracle.stop();
  });
});

it.each([
  ['ends early', '/bin/false', 'the oracle has ended (exit code 1)'],
  ['is not there', '/nowhere/oracle', "the oracle can't be run: spawn /nowhere/oracle ENOENT"],
])('rejects what waits and what is asked later when the process %s', async (_, program, reason) => {
  const oracle = startOracle(program);
  const waiting = [oracle.ask({ op: 'decode' }), oracle.ask({ op: 'decode' })];
  for (const { reason: given } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[])
    expect(given).toEqual(new Error(reason));
  await expect(oracle.ask({ op: 'decode' })).rejects.toThrow(reason);
  await oracle.stop();
});
