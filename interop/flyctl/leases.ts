import { APP, idOf, type Stage } from './stage.js';

/** A lease that somebody else holds: seen, respected, cleared. */
export async function runLeases({ fly, cli, transcript, action }: Stage): Promise<void> {
  const id = idOf('web-1');
  const none = await cli.run(['machine', 'leases', 'view', id, '-a', APP]);
  transcript.command(none);
  transcript.says('no lease is held', none.stdout, /No leases found/);

  const authorization = fly.mintToken({ app: APP, withDischarge: true });
  const path = `/v1/apps/${APP}/machines/${id}/lease`;
  const body = JSON.stringify({ ttl: 300, description: 'a deploy' });
  await fly.handle({ method: 'POST', path, headers: { authorization }, body });
  const held = fly.machine(APP, id).lease;

  const view = await cli.run(['machine', 'leases', 'view', id, '--json', '-a', APP]);
  transcript.command(view, 12);
  transcript.same('the lease is seen, nonce, owner and end', JSON.parse(view.stdout), {
    [id]: {
      status: 'success',
      data: { nonce: held?.nonce, expires_at: held?.expiresAt, owner: held?.owner, version: held?.version },
    },
  });

  const refused = await cli.run(['machine', 'stop', id, '-a', APP]);
  transcript.command(refused);
  transcript.same('a stop is refused meanwhile', refused.exitCode, 1);
  transcript.says(
    'with the holder',
    refused.stderr,
    /lease currently held by \S+@tokens\.fly\.io, expires at/,
  );
  const ours = await action('./stop', { app: APP, machines: 'web-1', 'on-lease': 'fail' });
  transcript.same('as is ours, which was told not to wait', ours.conclusion, 'failure');
  transcript.says('for the same reason', ours.outputs['machines'] ?? '', /lease currently held by/);
  transcript.same('web-1 goes on', fly.machine(APP, id).state, 'started');

  const clear = await cli.run(['machine', 'leases', 'clear', id, '-a', APP]);
  transcript.command(clear);
  transcript.same('the lease is cleared', [clear.exitCode, fly.machine(APP, id).lease], [0, undefined]);
}
