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

/** A line of act's JSON log: output of a step, a value read from it, or the result of a step or job. */
export type LogEntry = v.Infer<typeof Entry>;

/** Reads what `act --json` prints. Throws for a line of another form, since a half-read log proves nothing. */
export function parseLog(text: string): readonly LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Entry.parse(JSON.parse(line), { mode: 'strip' }));
}
