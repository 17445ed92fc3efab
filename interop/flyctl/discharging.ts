import type { PartySettings } from '../../emulator/third-parties/party-settings.js';
import { APP, type Stage } from './stage.js';

interface Case {
  readonly what: string;
  readonly token: Parameters<Stage['fly']['mintToken']>[0];
  readonly settings?: Partial<PartySettings>;
  readonly succeeds: boolean;
  /** Requests to third parties, in any order. */
  readonly asks: readonly string[];
}

const AAA = 'POST /aaa/v1/.well-known/macfly/3p 201';
const OWN_PARTY = 'POST /own/v1/.well-known/macfly/3p 201';
const POLL = 'GET /aaa/v1/.well-known/macfly/3p/poll/…';

const CASES: readonly Case[] = [
  { what: 'no discharge', token: {}, succeeds: true, asks: [AAA] },
  { what: 'an expired discharge', token: { withDischarge: -60_000 }, succeeds: true, asks: [AAA] },
  {
    what: 'two third parties',
    token: { thirdParty: ['aaa', 'own'] },
    succeeds: true,
    asks: [AAA, OWN_PARTY],
  },
  { what: 'a valid discharge', token: { withDischarge: true }, succeeds: true, asks: [] },
  {
    what: 'a third party that answers with a poll URL',
    token: {},
    settings: { behaviour: 'poll', polls: 1 },
    succeeds: true,
    asks: [AAA, `${POLL} 202`, `${POLL} 200`],
  },
  {
    what: 'a third party that refuses',
    token: {},
    settings: { behaviour: 'refuse' },
    succeeds: false,
    asks: [AAA.replace('201', '403')],
  },
];

/**
 * Plays tokens that lack a discharge: Fly's CLI fetches it from the emulator's third parties, and so do we,
 * with the same requests.
 */
export async function runDischarges({ fly, cli, transcript, action }: Stage): Promise<void> {
  for (const { what, token, settings = {}, succeeds, asks } of CASES) {
    const minted = fly.mintToken({ app: APP, ...token });
    const before = { ...fly.settings.aaa };
    Object.assign(fly.settings.aaa, settings);
    const asked = (from: number) =>
      fly.requests
        .slice(from)
        .filter(({ path }) => path.includes('/.well-known/'))
        .map(({ method, path, status }) => `${method} ${path} ${status}`)
        .sort();
    const start = fly.requests.length;
    const listed = await cli.run(['machine', 'list', '-q', '-a', APP], { token: minted });
    transcript.command(listed, 3);
    transcript.same(`${what}: the CLI ${succeeds ? 'lists' : 'fails'}`, listed.exitCode, succeeds ? 0 : 1);
    transcript.same('it asks the expected third parties', asked(start), [...asks].sort());
    const middle = fly.requests.length;
    const ours = await action('./list', { app: APP, token: minted });
    transcript.same(
      `our list ${succeeds ? 'succeeds' : 'fails'} as well`,
      ours.conclusion,
      succeeds ? 'success' : 'failure',
    );
    transcript.same('it sends the same requests to them', asked(middle), [...asks].sort());
    Object.assign(fly.settings.aaa, before);
  }
}
