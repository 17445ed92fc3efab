import type { CommandResult } from '../../commands/result/result.js';
import { isSweeping } from '../../commands/selection/scope.js';
import type { ActionError } from '../../errors.js';
import { ticketsOf } from '../../macaroon/bundle.js';
import { Refusal } from '../../machines/api/refusals.js';
import { enumerated } from '../../text.js';
import { textForApp } from '../../token-command.js';
import type { StepAccess } from '../access/step-access.js';
import { shortened } from '../runner/safe-text.js';

const LONGEST_WORDS = 400;

/** Says what `auth` has left of the token, where it has narrowed that. */
export function narrowingHint({ narrowed = [] }: Pick<StepAccess, 'narrowed'>): string {
  if (narrowed.length === 0) return '';
  const left = shortened(narrowed.join('; '), LONGEST_WORDS);
  return `\`scope\` or \`attenuate-with\` of \`auth\` left this session: ${left}.`;
}

/** Says whose discharges the token wants, where Fly misses one. */
function partiesHint({ bundle }: Pick<StepAccess, 'bundle'>): string {
  const locations = new Set(bundle.permissions.flatMap(ticketsOf).map(({ location }) => location));
  if (locations.size === 0) return 'The token names no third party itself.';
  return `The token names ${shortened(enumerated([...locations]), LONGEST_WORDS)}.`;
}

/** Returns the app that a step is about; undefined for several, or for whichever there are. */
export function oneApp({ scope }: StepAccess): string | undefined {
  return scope.apps.length === 1 && !isSweeping(scope) ? scope.apps[0] : undefined;
}

/** Returns the result with errors that say what only the step knows: which app it is, and that a refusal may come of the narrowing. */
export function inContext(result: CommandResult, access: StepAccess | undefined): CommandResult {
  if (access === undefined) return result;
  const only = oneApp(access);
  const told = (error: ActionError, app = only) => {
    const { class: errorClass, hint = '', status } = error;
    const isFlys = error instanceof Refusal;
    const first =
      errorClass === 'forbidden' && status !== undefined
        ? narrowingHint(access)
        : isFlys && errorClass === 'missing discharge'
          ? partiesHint(access)
          : '';
    const whole = `${first} ${textForApp(hint, app)}`.trim();
    if (whole === hint) return error;
    return error.with({ hint: whole });
  };
  return {
    ...result,
    failures: result.failures.map((it) => ({ ...it, error: told(it.error, it.app) })),
    machines: result.machines.map((it) =>
      it.error === undefined ? it : { ...it, error: told(it.error, it.machine.app) },
    ),
  };
}
