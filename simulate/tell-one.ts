import type { Script } from './script/script.js';
import { shrink } from './shrink/shrink.js';
import { simulateJob, simulateScript } from './simulate-job.js';
import { story } from './story/story.js';

/** Job to tell. */
export interface Telling {
  readonly seed: number;
  readonly number: number;
  /** True if it is told as it was drawn, and not shrunk to what its failure needs. */
  readonly isWhole: boolean;
  readonly showsScript: boolean;
}

/** Plays one job, prints its story, and returns whether it kept all promises. Of one that didn't, the smallest script that fails in the same way is told. */
export async function tellOne({ seed, number, isWhole, showsScript }: Telling): Promise<boolean> {
  const whole = await simulateJob(seed, number);
  const [first] = whole.findings;
  const failsSo = async (script: Script) =>
    (await simulateScript(script)).findings.some(({ check }) => check === first?.check);
  const isShrunk = first !== undefined && !isWhole;
  const told = isShrunk ? await simulateScript(await shrink(whole.script, failsSo)) : whole;
  if (showsScript) console.log(`${JSON.stringify(told.script, null, 2)}\n`);
  if (told.history !== undefined) console.log(story(told.script, told.history, told.findings));
  for (const { check, what } of told.findings) console.log(`finding: ${check}: ${what}`);
  return whole.findings.length === 0;
}
