import type { GivenSettings } from '../../../emulator/settings.js';
import type { ProcessRun } from '../../history/history.js';
import type { ScriptJob } from '../../script/script.js';
import type { Check, Report, View } from '../check.js';
import { headOf } from '../secrets/heads.js';
import { isToThirdParty, partsOf } from '../secrets/secrets.js';
import { gives } from '../view/calm.js';
import { isFairWithin, settingsOf } from './weather.js';

const USUAL_LIFETIME_MS = 630_000;
/** Shortest life of discharges that a step can be expected to keep up with, in milliseconds. */
const SHORTEST_LIFETIME_MS = 30_000;
/** Longest time of a third party's answer with which it can do so, in milliseconds. */
const LONGEST_DELAY_MS = 2_000;
/** Most polls with which it can: each pauses longer than the one before. */
const MOST_POLLS = 2;
const GOOD_BEHAVIOURS: ReadonlySet<string> = new Set(['immediate', 'poll']);

/** Looks at what became of the discharges of each process: whether one ended, and how many were fetched. */
export const freshDischarge: Check = {
  name: 'discharges are kept fresh',
  promise:
    'In fair weather no request goes out with a discharge that has ended; and where they can be used, no more of them are fetched than their lives ask for, in any weather.',
  look(view, report) {
    const jobs = new Map(view.script.jobs.map((it) => [it.name, it]));
    for (const run of view.history.runs) {
      const job = jobs.get(run.job);
      if (job === undefined) continue;
      if (isFair(run, job, view)) judgeEnds(run, view, report);
      if (settingsOf(view.script).every(areUsable)) judgeNumber(run, job, view, report);
    }
  },
};

/** Returns whether nothing but the action itself can have a discharge end in a run. */
function isFair(run: ProcessRun, job: ScriptJob, { script }: View): boolean {
  const { settings, tokens, start } = script;
  if (settings.missingAction === '401' || settings.missingDischarge === 'changes') return false;
  if (settings.malformedPart === 'refused') return false;
  if (job.clock.offsetMs !== 0 || job.clock.jumps.length > 0) return false;
  if (Object.values(tokens).some(({ expiresAt }) => expiresAt !== undefined)) return false;
  const isCut = ({ inputs }: ProcessRun['step']) => inputs['max-lifetime'] ?? inputs['attenuate-with'];
  if (job.steps.some((it) => it.kind === 'action' && isCut(it) !== undefined)) return false;
  if (!isFairWithin(script, start + job.startsAt, run.endedAt)) return false;
  return shortestLife(script) >= SHORTEST_LIFETIME_MS && settingsOf(script).every(areGood);
}

/** Returns whether both third parties hand out discharges that can be used: others are asked for again and again. */
function areUsable({ aaa = {}, own = {} }: GivenSettings): boolean {
  return [aaa, own].every(({ behaviour = 'immediate' }) => GOOD_BEHAVIOURS.has(behaviour));
}

/** Returns whether both third parties hand out discharges without delay. */
function areGood({ aaa = {}, own = {} }: GivenSettings): boolean {
  const areQuick = [aaa, own].every(
    ({ delayMs = 0, polls = 0, pollResult = 'discharge' }) =>
      pollResult === 'discharge' && polls <= MOST_POLLS && delayMs * (1 + polls) <= LONGEST_DELAY_MS,
  );
  return areQuick && areUsable({ aaa, own });
}

function shortestLife(script: View['script']): number {
  const lives = settingsOf(script).flatMap(({ aaa, own }) => [aaa?.lifetimeMs, own?.lifetimeMs]);
  return Math.min(USUAL_LIFETIME_MS, ...lives.filter((it) => it !== undefined));
}

/** Finds a refusal of a token that Fly has accepted before in this run, so that only a discharge of it can have ended. */
function judgeEnds(run: ProcessRun, view: View, report: Report): void {
  const accepted = new Set<string>();
  const headsOf = new Map<string, readonly string[]>();
  for (const { exchange } of view.sentBy(run)) {
    const { request, answer, at } = exchange;
    const header = request.headers['authorization'];
    if (answer === undefined || header === undefined || !request.path.startsWith('/v1/')) continue;
    // A token for less than an organization may not be one that may ask what it is for.
    if (request.path === '/v1/tokens/current' && gives(view.script, 'currentToken')) continue;
    // Most requests of a run bear the same header.
    const heads = headsOf.get(header) ?? partsOf(header).flatMap((it) => headOf(it) ?? []);
    headsOf.set(header, heads);
    if (answer.status < 300) for (const head of heads) accepted.add(head);
    if (answer.status !== 401 || !heads.some((head) => accepted.has(head))) continue;
    report.found('a token that was accepted before was refused', { run: run.id, time: at });
    break;
  }
  if (accepted.size > 0) report.seen();
}

function judgeNumber(run: ProcessRun, job: ScriptJob, view: View, report: Report): void {
  const fetched = new Map<string, number>();
  let refused = 0;
  for (const { exchange, isClear } of view.sentBy(run)) {
    const { request, reply } = exchange;
    if (!('fault' in reply) && reply.status === 401) refused += 1;
    if (request.method !== 'POST' || !isToThirdParty(exchange) || !isClear) continue;
    if (exchange.answer === undefined || !exchange.answer.body.includes('"discharge"')) continue;
    fetched.set(request.body, (fetched.get(request.body) ?? 0) + 1);
  }
  if (fetched.size === 0) return;
  report.seen();
  // A post works with a copy of the token for each step that it puts back.
  const copies = run.part === 'post' ? job.steps.length : 1;
  const times = Math.ceil((run.endedAt - run.startedAt) / (shortestLife(view.script) / 2));
  const most = copies * (2 + 2 * times) + refused;
  for (const count of fetched.values())
    if (count > most) report.found(`${count} discharges of one ticket were fetched`, { run: run.id });
}
