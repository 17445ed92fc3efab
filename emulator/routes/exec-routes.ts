import { type Answer, json, refusal } from '../http.js';
import type { Outcome } from '../machines/behaviour.js';
import { refuseForeignLease } from '../machines/lease.js';
import { pause } from '../machines/pause.js';
import { runCommand } from '../machines/programs.js';
import { settle } from '../machines/transitions.js';
import { readExecBody } from '../machines/wire/exec-request.js';
import type { Settings } from '../settings.js';
import type { MachineContext, MachineRoute } from './route.js';

/** The route that runs a command in a started machine. The token must allow that command. */
export const EXEC_ROUTES: readonly MachineRoute[] = [
  {
    scope: 'machine',
    method: 'POST',
    path: '/v1/apps/:app/machines/:machine/exec',
    action: ({ execAction }) => execAction,
    command,
    handle: exec,
  },
];

/** Longest time that a timer of Node can run. */
const FOR_EVER_MS = 2_147_483_647;
const KILLED: Outcome = { exitCode: -1, exitSignal: 9 };

function command(body: string): readonly string[] | undefined {
  const wish = readExecBody(body);
  return 'command' in wish ? wish.command : undefined;
}

async function exec({ world, machine, body, headers, signal, cause }: MachineContext): Promise<Answer> {
  const { clock, settings } = world;
  const wish = readExecBody(body);
  if ('status' in wish) return wish;
  const held = settings.execLease === 'respected' ? refuseForeignLease(world, machine, headers) : undefined;
  if (held !== undefined) return held;
  if (machine.state !== 'started') return refusal(412, 'failed_precondition: machine not running');
  if (wish.container !== undefined && !namesOf(machine.config).includes(wish.container)) {
    return settings.execContainer === '404'
      ? refusal(404, `not_found: container ${wish.container} not found`)
      : refusal(400, `invalid_argument: unknown container: ${wish.container}`);
  }
  const { app, id } = machine;
  world.tell?.({ kind: 'exec', at: clock.now(), app, machine: id, cause, command: wish.command });
  const outcome = runCommand(machine, wish);
  if (machine.behaviour.execCut !== undefined) return cutAnswer(machine.behaviour.execCut);
  const { takesMs = 0 } = outcome;
  const patience = Math.min(wish.timeoutMs ?? Number.POSITIVE_INFINITY, settings.execLongestMs, FOR_EVER_MS);
  const deadline = clock.now() + Math.min(takesMs, patience);
  for (;;) {
    const now = clock.now();
    settle(machine, now);
    // A process doesn't outlive its machine.
    if (machine.state !== 'started') {
      return settings.execCut === 'eof'
        ? cutAnswer('EOF')
        : outcomeAnswer(settings, { ...outcome, ...KILLED });
    }
    if (now >= deadline) break;
    const next = machine.plan[0]?.at ?? Number.POSITIVE_INFINITY;
    await pause(world, machine, Math.min(deadline, next) - now, signal);
  }
  if (takesMs <= patience) return outcomeAnswer(settings, outcome);
  if (settings.execTimeout === 'killed') return outcomeAnswer(settings, { ...outcome, ...KILLED });
  // Fly was seen to word it so. (superfly/flyctl, issue 4194)
  const why = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
  return refusal(408, `deadline_exceeded: Post "http://unix/v1/exec": ${why}`);
}

/** Makes the answer for a command that began and whose end is unknown. */
const cutAnswer = (why: string) => refusal(412, `failed_precondition: exec request failed: ${why}`);

function namesOf({ containers }: MachineContext['machine']['config']): (string | undefined)[] {
  return (containers ?? []).map(({ name }) => name);
}

function outcomeAnswer({ execReply, execType }: Settings, outcome: Outcome): Answer {
  const { exitCode = 0, exitSignal = 0, stdout = '', stderr = '' } = outcome;
  const fields = { exit_code: exitCode, exit_signal: exitSignal, stdout, stderr };
  const shown = Object.entries(fields).filter(
    ([, value]) => execReply === 'full' || (value !== 0 && value !== ''),
  );
  const headers = execType === 'json' ? {} : { 'content-type': 'application/octet-stream' };
  return json(200, Object.fromEntries(shown), headers);
}
