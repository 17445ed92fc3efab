import type { Answer } from '../../emulator/http.js';
import type { RefusalName } from '../../src/machines/api/refusal-table.js';
import { Refusal } from '../../src/machines/api/refusals.js';

/** Names the row of the action's table that an answer of the Machines API falls into; undefined for one that is no refusal. */
export function refusalRow(answer: Answer): RefusalName | undefined {
  const { status, body } = answer;
  if (status < 300 && !body.includes('"status":"error"')) return undefined;
  return new Refusal('', answer).kind;
}
