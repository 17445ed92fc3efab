import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../support/fakes/http-server.js';
import { onOneNode, sideBySide } from '../support/scenarios/nodes.js';
import { said } from '../support/scenarios/results.js';
import { APP } from '../support/scenarios/scenario.js';

type Given = Readonly<Record<string, string>>;

interface Victim {
  readonly who: string;
  readonly uses: string;
  /** What leads the step to the attacker's address. */
  readonly inputs: (url: string) => Given;
  readonly megabytes: number;
}

const VICTIMS: readonly Victim[] = [
  { who: 'the Machines API', uses: './list', inputs: (url) => ({ 'api-url': url }), megabytes: 128 },
  {
    who: 'metrics',
    uses: './stop-idle',
    inputs: (url) => ({ 'prometheus-url': `${url}/prometheus/my-org`, 'idle-for': '10m' }),
    megabytes: 64,
  },
  { who: 'a third party', uses: './auth', inputs: () => ({}), megabytes: 0.25 },
];

const MEGABYTE = 1024 * 1024;
/** What sockets on both sides may hold that nobody has read. */
const ON_THE_WAY = 16 * MEGABYTE;

/** Whatever a server can do but to answer and be done. */
const WAYS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'a byte now and then': (response) => {
    response.writeHead(200).write('[');
    const timer = setInterval(() => response.write(' '), 200);
    response.once('close', () => clearInterval(timer));
  },
  'headers alone': (response) => response.writeHead(200, { 'content-length': '1000' }).flushHeaders(),
  'word that it will go on, for ever': (response) => {
    const timer = setInterval(() => response.writeProcessing(), 20);
    response.once('close', () => clearInterval(timer));
  },
  'a length that it never sends': (response) =>
    void response.writeHead(200, { 'content-length': '9007199254740991' }).write('['),
};

onOneNode('When an answer never ends', (open) => {
  const attacked = async (
    { uses, inputs }: Victim,
    handler: (request: IncomingMessage, response: ServerResponse) => void,
    timeout: string,
  ) => {
    const server = await listen(handler);
    const { job, fly } = await open();
    const url = server.url.origin;
    const isAuth = uses === './auth';
    const token = fly.mintToken({ org: 'my-org', thirdParty: isAuth ? `${url}/own` : false });
    const result = await job.step({ uses, with: { token, app: APP, timeout, ...inputs(url) } });
    // By now the step's process is gone, and its connections with it.
    await server.deserted();
    await server.close();
    return result;
  };

  it.each(VICTIMS)('is given up as soon as it is larger than any can be: $who', async (victim) => {
    let sent = 0;
    const endless = (_: IncomingMessage, response: ServerResponse) => {
      const piece = Buffer.alloc(MEGABYTE / 4, ' ');
      response.writeHead(200, { 'content-type': 'application/json' });
      const pour = () => {
        if (response.destroyed) return;
        sent += piece.length;
        if (response.write(piece)) setImmediate(pour);
        else response.once('drain', pour);
      };
      pour();
    };
    const result = await attacked(victim, endless, '5m');
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
    const most = victim.megabytes * MEGABYTE;
    expect(said(result, 'error')).toEqual([expect.stringContaining(`larger than ${most} bytes`)]);
    // Once, since a second attempt would bring the same.
    expect(sent).toBeGreaterThan(most);
    expect(sent).toBeLessThan(most + ON_THE_WAY);
  });

  const slow = VICTIMS.flatMap((victim) => Object.keys(WAYS).map((way) => ({ ...victim, way })));

  const waited = sideBySide(slow, ({ way, ...victim }) =>
    attacked(victim, (_, response) => WAYS[way]?.(response), '1s'),
  );

  it.each(slow)('is given up at the deadline: $who sends $way', async (row) => {
    const result = await waited(row);
    expect(result).toMatchObject({ conclusion: 'failure', stderr: '' });
    expect(said(result, 'error')).toEqual([
      expect.stringMatching(/timeout: .*(not done within 1 s|no answer within \d+ ms)/),
    ]);
  });
});
