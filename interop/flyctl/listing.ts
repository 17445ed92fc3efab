import { isDeepStrictEqual } from 'node:util';
import { APP, type Stage } from './stage.js';

interface Row {
  readonly [name: string]: unknown;
}

/**
 * What Fly's CLI prints of all machines, what our `list` outputs of them, and what the emulator sent to both. The first
 * time each machine is also looked at by itself, where the CLI says which process group it takes it to be in.
 */
export async function compareListings(stage: Stage, each: boolean): Promise<void> {
  const { cli, transcript, action, fly } = stage;
  const listed = await cli.run(['machine', 'list', '--json', '-a', APP]);
  transcript.command(listed, 6);
  transcript.same('it lists', listed.exitCode, 0);
  const printed = rows(listed.stdout);
  const sent = rows(await sentBy(stage));
  transcript.same('every value that was sent is printed as it was sent', lost(sent, printed), []);

  const list = await action('./list', { app: APP });
  transcript.same('our list succeeds', list.conclusion, 'success');
  const ours = rows(list.outputs['machines'] ?? '[]');
  const known = ['id', 'name', 'region', 'state', 'private_ip'];
  transcript.same(
    `the ${printed.length} machines have the same ${known.join(', ')} in our outputs`,
    printed.map((it) => pick(it, known)).sort(byId),
    ours.map((it) => pick(it, known)).sort(byId),
  );
  if (!each) return;

  for (const machine of fly.machines(APP)) {
    const shown = await cli.run(['machine', 'status', machine.id, '-a', APP]);
    transcript.command(shown, 4);
    transcript.same('it shows the machine', shown.exitCode, 0);
    const cell = (title: string) =>
      new RegExp(`^ ${title} +│(.*)$`, 'm').exec(shown.stdout)?.[1]?.trim() ?? `no ${title}`;
    const own = ours.find(({ id }) => id === machine.id) ?? {};
    transcript.same(
      'id, name, region, state, process group and private ip are the same in our outputs',
      ['ID', 'Name', 'Region', 'State', 'Process Group', 'Private IP'].map(cell),
      ['id', 'name', 'region', 'state', 'process_group', 'private_ip'].map((name) => own[name]),
    );
  }
}

async function sentBy({ fly }: Stage): Promise<string> {
  const authorization = fly.mintToken({ app: APP, withDischarge: true });
  const path = `/v1/apps/${APP}/machines`;
  const reply = await fly.handle({ method: 'GET', path, headers: { authorization }, body: '' });
  if ('fault' in reply) throw new Error('The emulator gave no answer.');
  return reply.body;
}

function rows(text: string): readonly Row[] {
  // Whatever else it may be is told by the comparisons.
  return JSON.parse(text) as Row[];
}

const pick = (row: Row, names: readonly string[]) => names.map((name) => row[name]);
const byId = ([a]: unknown[], [b]: unknown[]) => (String(a) < String(b) ? -1 : 1);

/** Fly's CLI knows of no ids of events. */
const UNKNOWN = /\.events\.\d+\.id$/;

/** Paths of values that were sent and not printed alike. Go leaves out what is empty. */
function lost(sent: unknown, printed: unknown, path = ''): readonly string[] {
  if (typeof sent !== 'object' || sent === null) {
    const dropped = printed === undefined && (!sent || UNKNOWN.test(path));
    return dropped || isDeepStrictEqual(sent, printed) ? [] : [path];
  }
  // Every value is compared one by one below.
  const there = (typeof printed === 'object' && printed !== null ? printed : {}) as Row;
  return Object.entries(sent).flatMap(([name, value]) => lost(value, there[name], `${path}.${name}`));
}
