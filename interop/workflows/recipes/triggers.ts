import * as v from '@badrap/valita';
import { parse } from 'yaml';
import type { Trigger } from '../act.js';

const Input = v.object({
  type: v.string().optional(),
  default: v.union(v.boolean(), v.string()).optional(),
  options: v.array(v.string()).optional(),
});
const Events = v.object({
  schedule: v.array(v.object({ cron: v.string() })).optional(),
  workflow_dispatch: v
    .object({ inputs: v.record(Input).optional() })
    .nullable()
    .optional(),
});
/** Payload of a pull request, as far as recipes look at it. */
const PULL_REQUEST = {
  number: 7,
  pull_request: { number: 7, head: { ref: 'topic' }, base: { ref: 'main' } },
};
type Inputs = Readonly<Record<string, v.Infer<typeof Input>>>;

/**
 * Returns all triggers of a workflow: each event, each cron, and for a dispatch its defaults, the other value
 * of each boolean and every option of each choice.
 */
export function triggersOf(workflow: string): readonly Trigger[] {
  const { on } = v.object({ on: v.unknown() }).parse(parse(workflow), { mode: 'strip' });
  if (typeof on === 'string') return [plain(on)];
  if (Array.isArray(on)) return on.map((event) => plain(String(event)));
  const { schedule = [], workflow_dispatch: dispatch } = Events.parse(on, { mode: 'strip' });
  // The cast is safe: it was parsed above as an object.
  const others = Object.keys(on as object).filter((it) => it !== 'schedule' && it !== 'workflow_dispatch');
  return [
    ...schedule.map(({ cron }) => ({ event: 'schedule', payload: { schedule: cron } })),
    ...(dispatch === undefined ? [] : dispatches(dispatch?.inputs ?? {})),
    ...others.map(plain),
  ];
}

function plain(event: string): Trigger {
  return event === 'pull_request' ? { event, payload: PULL_REQUEST } : { event };
}

function dispatches(inputs: Inputs): readonly Trigger[] {
  const choices = Object.entries(inputs).flatMap(([name, input]) => {
    const values = input.type === 'boolean' ? ['true', 'false'] : (input.options ?? []);
    return values
      .filter((value) => value !== String(input.default))
      .map((value): Trigger => ({ event: 'workflow_dispatch', inputs: { [name]: value } }));
  });
  return [{ event: 'workflow_dispatch' }, ...choices];
}

/** Names a trigger: `schedule 17 21 * * 1-5`, `workflow_dispatch dry-run=false`. */
export function triggerName({ event, inputs = {}, payload = {} }: Trigger): string {
  const { schedule } = payload;
  const chosen = Object.entries(inputs).map((it) => it.join('='));
  return [event, ...(schedule === undefined ? [] : [String(schedule)]), ...chosen].join(' ');
}
