import type { Happening } from '../../../emulator/happening.js';
import type { Check, View } from '../check.js';
import { staleness } from '../view/calm.js';
import { isBy, type Life } from '../view/life.js';
import type { Sent } from '../view/sent.js';

/** Kinds of happenings between which the world is another one. */
const MATTERS: ReadonlySet<Happening['kind']> = new Set(['state', 'version', 'created']);

/** Promise that nothing is done a second time. */
export const nothingTwice: Check = {
  name: 'nothing twice',
  promise:
    'A step runs its command at most once in a machine, restarts it at most once, and follows no start, stop or suspend that took effect with another one, unless another client changed the machine meanwhile.',
  look: (view, report) => {
    for (const run of view.history.runs) {
      for (const [life, sent] of bySentTo(view, view.sentBy(run))) {
        if (sent.some(isUntrue)) continue;
        const at = { run: run.id, machine: life.id };
        const own = life.happenings.filter((it) => isBy(it, run.id));
        const ran = own.filter(({ kind }) => kind === 'exec').length;
        if (ran > 0) report.seen();
        if (ran > 1) report.found(`ran the command ${ran} times`, at);
        // A post may put back several steps one after another.
        if (run.part === 'post' || staleness(view.script) > 0) continue;
        const done = effects(life, run.id, sent);
        if (done.length > 0) report.seen();
        const [first, again] = twice(life, run.id, done);
        if (first !== undefined && again !== undefined)
          report.found(`did ${first.kind}, then ${again.kind}, and nobody else did anything in between`, {
            ...at,
            time: again.exchange.at,
          });
      }
    }
  },
};

function bySentTo(view: View, sent: readonly Sent[]): Map<Life, Sent[]> {
  const all = new Map<Life, Sent[]>();
  for (const it of sent) {
    const life = it.changes ? view.lives.get(`${it.app}/${it.machine}`) : undefined;
    if (life === undefined) continue;
    const known = all.get(life);
    if (known === undefined) all.set(life, [it]);
    else known.push(it);
  }
  return all;
}

/** Returns whether the sender was told that nothing came of a request which the world took on: then it has to ask again. */
function isUntrue({ accepted, isClear, exchange: { reply } }: Sent): boolean {
  return (
    accepted &&
    !isClear &&
    !('fault' in reply) &&
    reply.status >= 400 &&
    reply.status < 500 &&
    reply.status !== 408
  );
}

/** Returns the requests that changed the machine's state when they arrived. */
function effects({ happenings }: Life, run: string, sent: readonly Sent[]): Sent[] {
  return sent.filter(
    ({ kind, accepted, exchange }) =>
      accepted &&
      ['start', 'stop', 'suspend', 'restart'].includes(kind) &&
      happenings.some((it) => it.kind === 'state' && isBy(it, run) && it.at === exchange.at),
  );
}

/** Returns the first two effects without anything by others between them. */
function twice({ happenings }: Life, run: string, done: readonly Sent[]): readonly Sent[] {
  for (const [place, again] of done.entries()) {
    const first = done[place - 1];
    if (first === undefined) continue;
    const isMoved = happenings.some(
      (it) =>
        MATTERS.has(it.kind) && !isBy(it, run) && it.at >= first.exchange.at && it.at <= again.exchange.at,
    );
    if (!isMoved) return [first, again];
  }
  return [];
}
