import { asActionError } from '../../errors.js';
import { isLease } from '../../machines/lease/foreign.js';
import { guardOf } from '../../machines/machine/guards.js';
import { enumerated, joined } from '../../text.js';
import { attempted } from '../engine/attempt.js';
import { ChangeCalledOff } from '../engine/called-off.js';
import type { CommandSpec } from '../engine/command-spec.js';
import { carryOutAll } from '../engine/engine.js';
import { type LeaseOptions, Leasing } from '../engine/leasing.js';
import { skippedFor } from '../engine/skipped.js';
import type { WorkTools } from '../engine/work-tools.js';
import { marksOf } from '../marks/mark.js';
import type { CommandResult } from '../result/result.js';
import type { Choice } from '../selection/choose.js';
import { LabelWriter, SO_MEANWHILE } from './label-writer.js';
import { type Label, labelWords, lacking } from './labels.js';

/** Options of `label`. */
export interface LabelPlan {
  readonly labels: readonly Label[];
  /** Reaction to a lease of another client. */
  readonly onLease: LeaseOptions['onLease'];
  readonly choice: Choice;
}

/** Sets and removes metadata of the chosen machines, whatever their state, which stays as it is. */
export function label({ labels, onLease, choice }: LabelPlan, tools: WorkTools): Promise<CommandResult> {
  const leasing = new Leasing({ onLease, lease: undefined }, tools);
  const spec: CommandSpec = {
    kind: 'changes',
    // Fly may take metadata whoever holds a lease, and a deploy then writes over it.
    readsLeases: true,
    words: { verb: 'label', past: 'labelled', already: 'already so' },
    doing: 'Labelling',
    intent: {
      verb: 'label',
      guard: guardOf,
      impossible: () => undefined,
      reached: (machine) => (lacking(machine, labels).length === 0 ? 'already so' : undefined),
      isUnderway: () => false,
    },
    carryOut: ({ machine, isNamed = false, against }, origin) =>
      attempted({ machine, clock: tools.clock, origin }, async (attempt) => {
        const writer = new LabelWriter({ attempt, against, labels }, leasing, tools);
        const { written } = writer;
        try {
          await writer.run();
          const ours = labels.filter(({ key }) => written.has(key));
          return ours.length === 0
            ? attempt.end({ outcome: 'unchanged', reason: SO_MEANWHILE })
            : attempt.end({ outcome: 'changed', reason: labelWords(ours), marks: marksOf(writer.now) });
        } catch (caught) {
          const thrown = await leasing.described(attempt, caught);
          if (thrown instanceof ChangeCalledOff) throw thrown;
          // A machine that has a part of its labels was not left alone.
          const isPart = written.size > 0 && isLease(thrown);
          const skipped = isPart ? undefined : skippedFor(thrown, attempt, { isNamed, onLease });
          if (skipped !== undefined) return skipped;
          const error = asActionError(thrown);
          const told =
            written.size === 0
              ? 'nothing was written'
              : `${enumerated([...written])} may have been written all the same`;
          return attempt.end({
            outcome: 'failed',
            error: error.with({ message: joined(error.message, told) }),
            marks: marksOf(writer.now),
          });
        }
      }),
  };
  return carryOutAll(spec, choice, tools);
}
