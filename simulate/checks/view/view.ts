import type { History, ProcessRun } from '../../history/history.js';
import type { Script } from '../../script/script.js';
import type { View } from '../check.js';
import { livesOf } from './life.js';
import { readExchange, type Sent } from './sent.js';
import { type Told, toldBy } from './told.js';

/** Prepares a script and its history for the checks; each part is worked out once, when a check first wants it. */
export function viewOf(script: Script, history: History): View {
  const sent = once(() => sentByRun(history));
  const told = new Map<string, readonly Told[] | undefined>();
  const lives = once(() => livesOf(script, history));
  return {
    script,
    history,
    get lives() {
      return lives();
    },
    sentBy: ({ id }: ProcessRun) => sent().get(id) ?? [],
    told: (run: ProcessRun) => {
      if (!told.has(run.id)) told.set(run.id, toldBy(run));
      return told.get(run.id);
    },
  };
}

function sentByRun({ exchanges }: History): Map<string, Sent[]> {
  const all = new Map<string, Sent[]>();
  for (const exchange of exchanges) {
    const by = exchange.request.by ?? '';
    const known = all.get(by);
    if (known === undefined) all.set(by, [readExchange(exchange)]);
    else known.push(readExchange(exchange));
  }
  return all;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
