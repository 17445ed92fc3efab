import { caveatsJson } from '../../__tests__/support/tokens/caveat-json.js';
import { parseAction } from '../../src/macaroon/action-mask.js';
import { attenuate } from '../../src/macaroon/attenuate.js';
import { parseBundle, tokenText } from '../../src/macaroon/bundle.js';
import type { Caveat } from '../../src/macaroon/caveats.js';
import { APP, idOf, type Stage } from './stage.js';

/** The JSON form has only these bits. */
const everything = parseAction('rwcdC');

/** Makes caveats of many forms that all let the token read and list. */
function manyCaveats(now: number): readonly Caveat[] {
  const machines = new Map([[idOf('web-1'), everything]]);
  const forMachine: Caveat = { name: 'Machines', body: { machines } };
  return [
    { name: 'ValidityWindow', body: { not_before: BigInt(now - 60), not_after: BigInt(now + 3_600) } },
    { name: 'IfPresent', body: { ifs: [forMachine], else: parseAction('rwC') } },
    { name: 'Action', body: parseAction('rwC') },
  ];
}

/** Compares `tokens debug` and `tokens attenuate` with our own reading and writing of tokens. */
export async function compareTokens(stage: Stage): Promise<void> {
  const { fly, cli, transcript, action } = stage;
  const now = Math.floor(fly.clock.now() / 1_000);
  const caveats = manyCaveats(now);
  const token = fly.mintToken({ app: APP, thirdParty: ['aaa', 'own'], withDischarge: true });
  await debug(stage, 'a token with two discharges', token);

  const attenuated = await cli.run(['tokens', 'attenuate'], { token, stdin: caveatsJson(caveats) });
  transcript.command(attenuated);
  transcript.same('the CLI attenuates the token', attenuated.exitCode, 0);
  const theirs = attenuated.stdout.trim();
  const { permissions, discharges } = parseBundle(token);
  const own = [
    ...permissions.map(({ macaroon }) => attenuate(macaroon, caveats)),
    ...discharges.map(({ macaroon }) => macaroon),
  ];
  transcript.same('our attenuation has the same bytes', theirs, `FlyV1 ${own.map(tokenText).join(',')}`);
  await debug(stage, 'the attenuated token', theirs);

  const listed = await cli.run(['machine', 'list', '-q', '-a', APP], { token: theirs });
  transcript.command(listed, 3);
  transcript.same('the CLI lists with it', listed.exitCode, 0);
  const list = await action('./list', { app: APP, token: theirs });
  transcript.same('our list works with it', list.conclusion, 'success');

  const readOnly: readonly Caveat[] = [{ name: 'Action', body: parseAction('r') }];
  const narrowed = await cli.run(['tokens', 'attenuate'], { token, stdin: caveatsJson(readOnly) });
  transcript.command(narrowed);
  const reader = narrowed.stdout.trim();
  const stop = ['machine', 'stop', idOf('web-1'), '-a', APP];
  const refused = await cli.run(stop, { token: reader });
  transcript.command(refused);
  transcript.same("attenuated to reading, the CLI's stop fails", refused.exitCode, 1);
  transcript.says('its message names the action', refused.stderr, /unauthorized for access C/);
  const ours = await action('./stop', { app: APP, machines: 'web-1', token: reader });
  transcript.same('our stop fails as well', ours.conclusion, 'failure');
  transcript.says(
    'it gives the same reason',
    ours.annotations.map(({ message }) => message).join('\n'),
    /^forbidden: .*\(Action\)/,
  );
  transcript.same('web-1 still runs', fly.machine(APP, 'web-1').state, 'started');
}

/** Compares the JSON of Fly's CLI with ours for every part of a bundle. */
async function debug({ cli, transcript }: Stage, what: string, token: string): Promise<void> {
  const result = await cli.run(['tokens', 'debug'], { token });
  transcript.command(result, 10);
  const { permissions, discharges } = parseBundle(token);
  const ours = [...permissions, ...discharges].map(({ macaroon: { location, caveats } }) => ({
    location,
    caveats: JSON.parse(caveatsJson(caveats)) as unknown,
  }));
  transcript.same(
    `${what}: the CLI shows the locations and caveats that we read`,
    JSON.parse(result.stdout),
    ours,
  );
}
