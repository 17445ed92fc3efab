import { isDeepStrictEqual } from 'node:util';
import { APP, type Stage } from './stage.js';

interface Row {
  readonly [name: string]: unknown;
}

/**
 * Compares the machines that Fly's CLI prints with those that our `list` outputs and those that the emulator
 * sent to both. With `each`, it also compares every machine by itself, which shows the process group that the
 * CLI assumes.
 */
export async function compareListings(stage: Stage, each: boolean): Promise<void> {
  const { cli, transcript, action, fly } = stage;
  const listed = await cli.run(['machine', 'list', '--json', '-a', APP]);
  transcript.command(listed, 6);
  transcript.same('the CLI lists', listed.exitCode, 0);
  const printed = rows(listed.stdout);
  const sent = rows(await sentBy(stage));
  transcript.same('it prints every value as the emulator sent it', lost(sent, printed), []);

  const list = await action('./list', { app: APP });
  transcript.same('our list succeeds', list.conclusion, 'success');
  const ours = rows(list.outputs['machines'] ?? '[]');
  const known = ['id', 'name', 'region', 'state', 'private_ip'];
  transcript.same(
    `our outputs have the same ${known.join(', ')} for the ${printed.length} machines`,
    printed.map((it) => pick(it, known)).sort(byId),
    ours.map((it) => pick(it, known)).sort(byId),
  );
  if (!each) return;

  for (const machine of fly.machines(APP)) {
    const shown = await cli.run(['machine', 'status', machine.id, '-a', APP]);
    transcript.command(shown, 4);
    transcript.same('the CLI shows the machine', shown.exitCode, 0);
    const cell = (title: string) =>
      new RegExp(`^ ${title} +│(.*)$`, 'm').exec(shown.stdout)?.[1]?.trim() ?? `no ${title}`;
    const own = ours.find(({ id }) => id === machine.id) ?? {};
    transcript.same(
      'our outputs have the same id, name, region, state, process group and private IP',
      ['ID', 'Name', 'Region', 'State', 'Process Group', 'Private IP'].map(cell),
      ['id', 'name', 'region', 'state', 'process_group', 'private_ip'].map((name) => own[name]),
    );
  }
}

async function sentBy({ fly }: Stage): Promise<string> {
  const authorization = fly.mintToken({ app: APP, withDischarge: true });
  const path = `/v1/apps/${APP}/machines`;
  const reply = await fly.handle({ method: 'GET', path, headers: { authorization }, body: '' });
  if ('fault' in reply) throw new Error('The emulator sent no whole answer.');
  return reply.body;
}

function rows(text: string): readonly Row[] {
  // The cast is unchecked; the comparisons test each row.
  return JSON.parse(text) as Row[];
}

const pick = (row: Row, names: readonly string[]) => names.map((name) => row[name]);
const byId = ([a]: unknown[], [b]: unknown[]) => (String(a) < String(b) ? -1 : 1);

/** Fly's CLI doesn't know ids of events. */
const UNKNOWN = /\.events\.\d+\.id$/;

/** Returns the paths of values that were sent and not printed alike. Go leaves out empty values. */
function lost(sent: unknown, printed: unknown, path = ''): readonly string[] {
  if (typeof sent !== 'object' || sent === null) {
    const dropped = printed === undefined && (!sent || UNKNOWN.test(path));
    return dropped || isDeepStrictEqual(sent, printed) ? [] : [path];
  }
  // The comparison below checks every value.
  const there = (typeof printed === 'object' && printed !== null ? printed : {}) as Row;
  return Object.entries(sent).flatMap(([name, value]) => lost(value, there[name], `${path}.${name}`));
}
