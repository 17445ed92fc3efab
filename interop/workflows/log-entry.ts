import * as v from '@badrap/valita';

const Entry = v.object({
  msg: v.string(),
  job: v.string().optional(),
  stage: v.string().optional(),
  stepID: v.array(v.string()).optional(),
  stepResult: v.string().optional(),
  jobResult: v.string().optional(),
  command: v.string().optional(),
  name: v.string().optional(),
  arg: v.string().optional(),
  content: v.string().optional(),
});

/** A line of act's JSON log: something that a step printed or was read from it, or how a step or a job went. */
export type LogEntry = v.Infer<typeof Entry>;

/** Reads what `act --json` prints; throws for a line of another kind, since a log that is half read proves nothing. */
export function parseLog(text: string): readonly LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Entry.parse(JSON.parse(line), { mode: 'strip' }));
}
