import { APP, idOf, type Stage } from './stage.js';

/** Plays a lease of another client: the CLI shows, respects and clears it. */
export async function runLeases({ fly, cli, transcript, action }: Stage): Promise<void> {
  const id = idOf('web-1');
  const none = await cli.run(['machine', 'leases', 'view', id, '-a', APP]);
  transcript.command(none);
  transcript.says('at first there is no lease', none.stdout, /No leases found/);

  const authorization = fly.mintToken({ app: APP, withDischarge: true });
  const path = `/v1/apps/${APP}/machines/${id}/lease`;
  const body = JSON.stringify({ ttl: 300, description: 'a deploy' });
  await fly.handle({ method: 'POST', path, headers: { authorization }, body });
  const held = fly.machine(APP, id).lease;

  const view = await cli.run(['machine', 'leases', 'view', id, '--json', '-a', APP]);
  transcript.command(view, 12);
  transcript.same('the CLI shows the lease with nonce, owner and end', JSON.parse(view.stdout), {
    [id]: {
      status: 'success',
      data: { nonce: held?.nonce, expires_at: held?.expiresAt, owner: held?.owner, version: held?.version },
    },
  });

  const refused = await cli.run(['machine', 'stop', id, '-a', APP]);
  transcript.command(refused);
  transcript.same("the CLI's stop fails", refused.exitCode, 1);
  transcript.says(
    'its message names the holder',
    refused.stderr,
    /lease currently held by \S+@tokens\.fly\.io, expires at/,
  );
  const ours = await action('./stop', { app: APP, machines: 'web-1', 'on-lease': 'fail' });
  transcript.same('our stop, told not to wait, fails as well', ours.conclusion, 'failure');
  transcript.says('it gives the same reason', ours.outputs['machines'] ?? '', /lease currently held by/);
  transcript.same('web-1 still runs', fly.machine(APP, id).state, 'started');

  const clear = await cli.run(['machine', 'leases', 'clear', id, '-a', APP]);
  transcript.command(clear);
  transcript.same('the CLI clears the lease', [clear.exitCode, fly.machine(APP, id).lease], [0, undefined]);
}
