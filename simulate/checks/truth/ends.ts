import type { Life } from '../view/life.js';

/** End of a machine's run. */
export interface End {
  readonly at: number;
  readonly kind: 'crash' | 'ordered' | 'done';
  readonly words: string;
}

/** Returns how a machine's run ended, and later ones, after a start and until a time. */
export function endsSince({ happenings }: Life, from: number, until: number): End[] {
  const states = happenings.filter((it) => it.kind === 'state');
  return states.flatMap((it, place): End[] => {
    const { at, exit, to } = it;
    if (at <= from || at > until) return [];
    if (to === 'failed') return [{ at, kind: 'crash', words: 'a failure' }];
    if (exit === undefined) return to === 'suspended' ? [{ at, kind: 'ordered', words: 'a suspend' }] : [];
    const { code, oom, requested } = exit;
    if (oom) return [{ at, kind: 'crash', words: 'an end for lack of memory' }];
    if (requested) return [{ at, kind: 'ordered', words: 'a stop by request' }];
    const next = states[place + 1];
    const isAgain = next?.at === at && next.to === 'starting' && next.cause.kind === 'machine';
    if (code === 0 && !isAgain) return [{ at, kind: 'done', words: 'an end with code 0' }];
    return [{ at, kind: 'crash', words: `an end with code ${code}${isAgain ? ', and another start' : ''}` }];
  });
}

/** Returns whether an end is no success of whoever started the machine. */
export function isFailure({ kind }: End): boolean {
  return kind === 'crash';
}
