import { basename, join } from 'node:path';
import { appLines } from '../emulator/cli/app-lines.js';
import { systemClock } from '../emulator/clock.js';
import { createFly, type Fly } from '../emulator/fly.js';
import { seededRandom, systemRandom } from '../emulator/random.js';
import { requestLine } from '../emulator/request-log.js';
import { serve } from '../emulator/server.js';
import { runAct } from '../interop/workflows/act.js';
import { endEmulators } from '../interop/workflows/emulators.js';
import type { LogEntry } from '../interop/workflows/log-entry.js';
import { createMasks } from '../interop/workflows/masks.js';
import { type FlyChanges, watchChanges } from '../interop/workflows/recipes/fly-changes.js';
import { copyAction, SHOW_CALL, writePrograms } from '../interop/workflows/recipes/stand-ins.js';
import { triggerName } from '../interop/workflows/recipes/triggers.js';
import { workflowRun } from '../interop/workflows/workflow-run.js';
import { summaryText } from '../runner/log/summary-text.js';
import { actProgram } from './act-program.js';
import { linesOf } from './log-lines.js';
import type { TryOptions } from './options.js';
import type { Prepared } from './prepare.js';
import { openSummary, writeSummary } from './show-summary.js';

/** Runs a prepared workflow, prints all that there is to see, and returns the exit code. */
export async function runTry(prepared: Prepared, options: TryOptions): Promise<number> {
  const act = actProgram();
  const { apps, trigger, lacking } = prepared;
  const { seed, settings, faults } = options.emulator;
  const fly = createFly({
    clock: systemClock,
    random: seed === undefined ? systemRandom : seededRandom(seed),
    apps,
    settings: { metricsAccess: 'allowed', ...settings },
    faults,
    onRequest: (request) => options.requests && console.log(`    fly ← ${requestLine(request)}`),
  });
  const server = await serve(fly, { port: options.emulator.port, onError: (error) => console.error(error) });
  try {
    console.log([`The embedded Fly listens at ${server.url}`, ...appLines(fly, apps), ''].join('\n'));
    for (const { name, words } of prepared.secrets) console.log(`secret ${name}: ${words}`);
    if (lacking.length > 0) console.log(`act lacks ${lacking.join(' and ')}, which is left out`);
    console.log(`runs ${basename(options.file)} on ${triggerName(trigger)}\n`);
    const changes = watchChanges(fly, apps);
    const { exitCode, summary } = await runJobs(act, prepared, options, fly);
    printChanges(changes());
    await showSummary(summary, options);
    return exitCode === 0 ? 0 : 1;
  } finally {
    await server.close();
  }
}

async function runJobs(act: string, prepared: Prepared, options: TryOptions, fly: Fly) {
  const { folder, file, repository, trigger, workflow } = prepared;
  const secrets = { ...tokensOf(prepared, options, fly), ...options.secrets };
  const masks = createMasks(Object.values(secrets));
  const action = join(folder, 'action');
  copyAction(action);
  writePrograms(join(folder, 'programs'), Object.fromEntries(options.stubs.map((it) => [it, SHOW_CALL])));
  const wantsOidc = workflow.texts.some((it) => /\bid-token:\s*write\b/.test(it));
  const result = await runAct(act, {
    ...trigger,
    file,
    repository,
    folder,
    env: { FLY_FLAPS_BASE_URL: fly.origin, FLY_API_BASE_URL: fly.origin, ...(wantsOidc ? fly.github : {}) },
    secrets,
    vars: options.vars,
    repositories: Object.fromEntries(workflow.repositories.map((it) => [it, action])),
    programs: join(folder, 'programs'),
    limitMs: 0,
    onEntry(entry) {
      masks.learn(entry);
      for (const line of linesOf(entry)) console.log(masks.hide(line));
    },
  });
  endEmulators(workflowRun(result));
  const lines = result.stderr.split('\n').filter((line) => !isLogEntry(line));
  if (result.exitCode !== 0) console.error(masks.hide(lines.join('\n').trim()));
  return { exitCode: result.exitCode, summary: masks.hide(summaryOf(result.log)) };
}

/** Mints the tokens of the secrets. What the flags say of the token goes for each. */
function tokensOf({ secrets }: Prepared, options: TryOptions, fly: Fly): Record<string, string> {
  const { app: _, ...terms } = options.emulator.token;
  const { tokenExpiryMs } = options.emulator;
  const expires =
    tokenExpiryMs === undefined ? {} : { expires: Math.floor((fly.clock.now() + tokenExpiryMs) / 1_000) };
  return Object.fromEntries(
    secrets.flatMap(({ name, scope }) =>
      scope === undefined ? [] : [[name, fly.mintToken({ ...terms, ...expires, ...scope })]],
    ),
  );
}

/** Returns whether a line is act's log of its own start, which is of no use to a person. */
function isLogEntry(line: string): boolean {
  return line.startsWith('{"');
}

function summaryOf(log: readonly LogEntry[]): string {
  return log.flatMap(({ command, content }) => (command === 'summary' && content ? content : [])).join('\n');
}

function printChanges({ moved, requests }: FlyChanges): void {
  const counts = [...Object.entries(moved), ...Object.entries(requests)];
  const lines = counts.map(([what, count]) => `  ${count} × ${what}`);
  const heading =
    lines.length > 0 ? 'Changed at the embedded Fly:' : 'Nothing was changed at the embedded Fly.';
  console.log(['', heading, ...lines].join('\n'));
}

async function showSummary(summary: string, { file, open }: TryOptions): Promise<void> {
  if (summary === '') {
    console.log('\nThere is no job summary.');
    return;
  }
  console.log(`\nJob summary, ${writeSummary(summary)}:\n\n${summaryText(summary).join('\n')}`);
  if (open) console.log(`\nAs GitHub shows it: ${await openSummary(basename(file), summary)}`);
}
