import { type Answer, refusal } from '../../http.js';

/** Forms in which Fly said that there is no such machine: the status, then the words. */
export const GONE_TEXTS = [
  '404 not_found: machine not found, id: ID',
  '404 not_found: machine not found',
  '404 Machine not found',
  '404 could not find machine ID',
  "404 invalid machine ID, 'ID'",
  "400 invalid machine ID, 'ID'",
] as const;

/** Makes the answer to a request for a machine that doesn't exist. */
export function goneAnswer(
  { goneText }: { readonly goneText: (typeof GONE_TEXTS)[number] },
  id: string,
): Answer {
  return refusal(Number(goneText.slice(0, 3)), goneText.slice(4).replace(/\bID(?='?$)/, id));
}
