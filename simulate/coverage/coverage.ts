import type { GivenSettings } from '../../emulator/settings.js';
import { toldBy } from '../checks/view/told.js';
import type { History, ProcessRun } from '../history/history.js';
import type { Script } from '../script/script.js';
import { type Counts, Tally } from './counts.js';
import { refusalRow } from './refusal-row.js';

/** Counts what came about in one script: what was asked and answered, what became of machines, jobs and processes. */
export function coverageOf(script: Script, history: History): Counts {
  const tally = new Tally();
  for (const name of settingNames(script.settings)) tally.add('setting', name);
  for (const { settings, from } of script.moods)
    if (script.start + from < history.endedAt)
      for (const name of settingNames(settings)) tally.add('mood', name);
  const refused = new Set(history.refusedDeeds);
  for (const [place, { does, at }] of script.others.entries())
    if (!refused.has(place) && script.start + at < history.endedAt) tally.add('deed', does);
  for (const { state } of history.fleet) tally.add('state', state);
  for (const it of history.happenings) {
    if (it.kind !== 'state') continue;
    tally.add('state', it.to);
    tally.add('transition', `${it.from} to ${it.to}`);
  }
  for (const { reply } of history.exchanges) {
    const row = 'fault' in reply ? undefined : refusalRow(reply);
    if (row !== undefined) tally.add('refusal', row);
  }
  for (const { fault } of history.faults ?? []) tally.add('fault', fault);
  for (const { conclusion } of history.jobs) tally.add('job', conclusion);
  for (const run of history.runs) countRun(tally, run);
  return tally.counts;
}

function countRun(tally: Tally, run: ProcessRun): void {
  const { part, step, end, cancelledAt, succeeded } = run;
  tally.add('end', `${part} ${end === 'done' && cancelledAt !== undefined ? 'cancelled' : end}`);
  if (part === 'post') return;
  if (succeeded !== undefined) tally.add('step', `${step.command} ${succeeded ? 'green' : 'red'}`);
  for (const name of Object.keys(step.inputs)) tally.add('input', `${step.command} ${name}`);
  for (const { outcome } of toldBy(run) ?? []) tally.add('outcome', `${step.command} ${outcome}`);
}

/** Names each setting with its value: `aaa.behaviour=down`. */
export function settingNames(settings: GivenSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([inner, it]) => `${name}.${inner}=${it}`)
      : [`${name}=${value}`],
  );
}
