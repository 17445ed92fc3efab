import { APP, idOf, type Stage } from './stage.js';

/** Compares what Fly's CLI asks its GraphQL API: the app of a machine, and the details of an app. */
export async function lookUpApps({ cli, transcript }: Stage): Promise<void> {
  const byId = await cli.run(['machine', 'status', idOf('worker-1')]);
  transcript.command(byId, 4);
  transcript.same('the CLI finds a machine without the name of its app', byId.exitCode, 0);
  transcript.says('it shows the machine', byId.stdout, /Machine ID: 148e21a2b30003/);

  const status = await cli.run(['status', '-a', APP]);
  transcript.command(status, 20);
  transcript.same('it shows the app', status.exitCode, 0);
  transcript.says('it shows the organization', status.stdout, /Owner +│ my-org/);
  transcript.says('it shows a machine', status.stdout, /worker +│ 148e21a2b30003 +│ 7 +│ fra +│ \w+/);
  transcript.says('it marks the standby', status.stdout, /app† +│ 148e21a2b30005/);

  const foreign = await cli.run(['status', '-a', 'foreign']);
  transcript.command(foreign);
  transcript.same("it refuses an app that the token isn't for", foreign.exitCode, 1);
  transcript.says(
    'its message says that there is no such app',
    foreign.stderr,
    /Could not find App "foreign"/,
  );
}
