import type { Finding } from '../checks/check.js';
import type { History } from '../history/history.js';
import type { Script } from '../script/script.js';
import { story } from '../story/story.js';

/** Days of a story, before its finding. */
const TOLD_MS = 3 * 86_400_000;

/** Tells what one machine came to in the days before what was found of it, or in all of the time, and what each step said of it. */
export function tellMachine(
  script: Script,
  history: History,
  { id, findings }: { readonly id: string; readonly findings: readonly Finding[] },
): string {
  const its = findings.filter(({ machine }) => machine === id);
  const runs = history.runs.filter((it) => its.some(({ run }) => run === it.id));
  const last = its.length === 0 ? history.endedAt : Math.max(...runs.map(({ endedAt }) => endedAt));
  const first = its.length === 0 ? script.start : last - TOLD_MS;
  const isTold = (at: number) => at >= first && at <= last;
  const asked = history.exchanges.filter(({ request, at }) => isTold(at) && request.path.includes(id));
  const by = new Set([...asked.map(({ request }) => request.by), ...runs.map((it) => it.id)]);
  const told = {
    ...history,
    fleet: history.fleet.filter((it) => it.id === id),
    exchanges: asked,
    happenings: history.happenings.filter(({ machine, at }) => machine === id && isTold(at)),
    runs: history.runs
      .filter((it) => by.has(it.id) && isTold(it.startedAt))
      .map((it) => ({ ...it, printed: it.printed.filter(({ text }) => text.includes(id)) })),
  };
  const weather = script.weather.filter(({ from }) => isTold(script.start + from));
  return story({ ...script, weather }, told, its);
}
