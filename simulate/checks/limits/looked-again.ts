import type { ProcessRun } from '../../history/history.js';
import type { View } from '../check.js';
import { whyNoMore } from '../view/chosen.js';
import { lastLook } from '../view/last-look.js';
import { type Life, stateAt } from '../view/life.js';
import { isLifecycle, type Sent } from '../view/sent.js';
import { statesIn, type TruthSpan } from '../view/span.js';
import type { Wish } from '../view/wish.js';

/** States in which a machine is left alone by a command that had listed it in another one. */
const TURNED: Readonly<Record<string, readonly string[]>> = {
  stop: ['suspended', 'suspending'],
  restart: ['suspended', 'suspending', 'stopped', 'stopping', 'created'],
};

/** Returns why a change must not go out any more, by what the run has seen since it listed the machine. */
export function whySuddenly(
  view: View,
  run: ProcessRun,
  wish: Wish,
  life: Life,
  sent: Sent,
  isSweeping: boolean,
): string | undefined {
  const { kind, exchange } = sent;
  if (!isLifecycle(kind) && kind !== 'exec') return undefined;
  if (kind === 'stop' && mayFallBack(wish) && !wasRefused(view, run, sent))
    return 'was not refused to be suspended';
  const from = lastLook(view, run, life, sent);
  if (from <= run.startedAt) return undefined;
  // The moment of the request itself shows what the request did.
  const span = { from, until: Math.max(from, exchange.at - 1) };
  return whyNoMore(wish, life, span, isSweeping) ?? turned(view, run, wish, life, span);
}

function mayFallBack({ command, idleAction }: Wish): boolean {
  return command === 'suspend' || (command === 'stop-idle' && idleAction === 'suspend');
}

/** Returns whether a suspend of the run was refused for the machine's own sake before its stop went out. */
function wasRefused(view: View, run: ProcessRun, { app, machine, exchange }: Sent): boolean {
  return view.sentBy(run).some(({ kind, exchange: { at, reply }, ...it }) => {
    if (kind !== 'suspend' || it.app !== app || it.machine !== machine || at > exchange.at) return false;
    return (
      !('fault' in reply) &&
      reply.status >= 400 &&
      reply.status < 500 &&
      ![401, 403, 408, 429].includes(reply.status) &&
      !reply.body.includes('lease')
    );
  });
}

/** Returns whether an answer has a machine: a list may be older than it. */
function shows({ exchange: { reply } }: Sent, id: string): boolean {
  return 'body' in reply && reply.body.includes(`"${id}"`);
}

/** Returns why a machine that somebody else put down after it was listed is to be left as it is. */
function turned(
  view: View,
  run: ProcessRun,
  { command }: Wish,
  life: Life,
  span: TruthSpan,
): string | undefined {
  const unless = TURNED[command];
  const list = view
    .sentBy(run)
    .find(
      (it) => it.kind === 'list' && it.app === life.app && it.isClear && it.accepted && shows(it, life.id),
    );
  if (unless === undefined || list === undefined || list.exchange.at >= span.from) return undefined;
  const listed = stateAt(life, list.exchange.at) ?? '';
  const been = [...statesIn(life, span)];
  if (unless.includes(listed) || !been.every((it) => unless.includes(it))) return undefined;
  return `was ${listed} when it was listed, and is ${been.join(', then ')} since`;
}
