import { APP, idOf, type Stage } from './stage.js';

/** What Fly's CLI asks its other API: which app a machine belongs to, and what is known of an app. */
export async function lookUpApps({ cli, transcript }: Stage): Promise<void> {
  const byId = await cli.run(['machine', 'status', idOf('worker-1')]);
  transcript.command(byId, 4);
  transcript.same('finds the machine without being told its app', byId.exitCode, 0);
  transcript.says('and shows it', byId.stdout, /Machine ID: 148e21a2b30003/);

  const status = await cli.run(['status', '-a', APP]);
  transcript.command(status, 20);
  transcript.same('shows the app', status.exitCode, 0);
  transcript.says('with its organization', status.stdout, /Owner +│ my-org/);
  transcript.says('a machine of it', status.stdout, /worker +│ 148e21a2b30003 +│ 7 +│ fra +│ \w+/);
  transcript.says('and the standby as one', status.stdout, /app† +│ 148e21a2b30005/);

  const foreign = await cli.run(['status', '-a', 'foreign']);
  transcript.command(foreign);
  transcript.same("refuses an app that isn't the token's", foreign.exitCode, 1);
  transcript.says('as if it were not there', foreign.stderr, /Could not find App "foreign"/);
}
