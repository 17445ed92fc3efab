import type { Exchange } from '../../emulator/exchange.js';
import type { Happening } from '../../emulator/happening.js';
import type { Finding } from '../checks/check.js';
import type { History, ProcessRun } from '../history/history.js';
import type { Script } from '../script/script.js';

/** Longest text of a cell; what is longer is cut. */
const LONGEST = 230;

/** Moment of a story. */
interface Moment {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** Tells a simulated job as a table of time: who did what when, and where the findings belong. Shows no secrets. */
export function story(script: Script, history: History, findings: readonly Finding[]): string {
  const moments = [
    ...script.weather.flatMap(({ fault, from, until, rate, app }) => [
      {
        at: script.start + from,
        who: 'weather',
        what: `${fault} begins: ${percent(rate)} of the requests of ${app ?? 'all apps'}`,
      },
      { at: script.start + until, who: 'weather', what: `${fault} ends` },
    ]),
    ...script.moods.flatMap(({ from, until, settings }) => [
      { at: script.start + from, who: 'weather', what: `begins: ${JSON.stringify(settings)}` },
      { at: script.start + until, who: 'weather', what: `ends: ${JSON.stringify(settings)}` },
    ]),
    // Within one millisecond in this order.
    ...history.runs.map(beginOf),
    ...history.exchanges.map(momentOfExchange),
    ...history.happenings.map(momentOfHappening),
    ...history.runs.flatMap(courseOf),
    ...findings.map(({ check, what, time, run, machine }) => ({
      at: time ?? history.runs.find(({ id }) => id === run)?.endedAt ?? history.endedAt,
      who: 'FINDING',
      what: [check, what, run, machine].filter((it) => it !== undefined).join(': '),
    })),
  ];
  const inOrder = moments.filter(({ at }) => at <= history.endedAt).sort((a, b) => a.at - b.at);
  const width = Math.max(...inOrder.map(({ who }) => who.length));
  const lines = inOrder.map(
    ({ at, who, what }) => `${clock(at - script.start)}  ${who.padEnd(width)}  ${cut(what)}`,
  );
  return [...fleetLines(history), '', ...lines].join('\n');
}

function fleetLines({ fleet }: History): string[] {
  return fleet.map(({ app, id, name, region, processGroup, state, cordoned, metadata }) => {
    const own = Object.entries(metadata).filter(([key]) => !key.startsWith('fly_'));
    const more = [
      cordoned ? 'cordoned' : '',
      ...own.map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    ];
    return cut(
      `${app} ${id} ${JSON.stringify(name)} ${region} ${processGroup} ${state} ${more.join(' ')}`.trimEnd(),
    );
  });
}

function beginOf({ id, part, step, startedAt }: ProcessRun): Moment {
  const inputs = Object.entries(step.inputs).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  const command = part === 'post' ? `post of ${step.command}` : step.command;
  return { at: startedAt, who: id, what: `begins: ${command} ${inputs.join(' ')}`.trimEnd() };
}

function courseOf({ id, endedAt, end, succeeded, cancelledAt, printed }: ProcessRun): Moment[] {
  const color = succeeded === undefined ? '' : succeeded ? ', green' : ', red';
  return [
    ...(cancelledAt === undefined ? [] : [{ at: cancelledAt, who: id, what: 'is told of the cancel' }]),
    ...printed.map(({ at, level, text }) => ({ at, who: id, what: `${level}: ${text}` })),
    { at: endedAt, who: id, what: `ends: ${end}${color}` },
  ];
}

function momentOfExchange({ request, at, answer, reply, endedAt }: Exchange): Moment {
  const { method, path, by = '' } = request;
  const shown = 'fault' in reply ? reply.fault : String(reply.status);
  const truth =
    answer === undefined ? ', never arrived' : 'fault' in reply ? `, really ${answer.status}` : '';
  const words = !('fault' in reply) && reply.status >= 400 ? ` ${reply.body}` : '';
  const [route = ''] = path.split('?poll');
  return { at, who: by, what: `${method} ${route} → ${shown}${truth} after ${endedAt - at} ms${words}` };
}

function momentOfHappening(happening: Happening): Moment {
  const { at, app, machine, cause, kind, ...facts } = happening;
  const who = 'by' in cause ? `(${cause.by})` : `(${cause.kind})`;
  // The nonce of a lease is a secret.
  const told = Object.entries(facts).filter(([name]) => name !== 'nonce');
  const words = told.map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return { at, who, what: `${app} ${machine}: ${kind} ${words.join(', ')}` };
}

/** Returns `1:02:03.004`. */
function clock(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const text = new Date(Math.abs(ms)).toISOString().slice(12, 23);
  const days = Math.floor(Math.abs(ms) / 86_400_000);
  const hours = Number(new Date(Math.abs(ms)).toISOString().slice(11, 13)) + days * 24;
  return `${sign}${hours}${text.slice(1)}`.padStart(12);
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function cut(text: string): string {
  const line = text.replaceAll('\n', ' ⏎ ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
