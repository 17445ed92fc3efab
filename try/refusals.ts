import { type TriedWorkflow, unique } from './workflow.js';

/** Hosts of the real Fly; a step needs none of them here. */
const FLY = /\b(?:api\.machines\.dev|(?:api|auth|metrics)\.fly\.io|_api\.internal)\b/;
/** Beginnings of Fly's tokens with as much behind them as no example has. */
const TOKEN = /\b(?:fm[12][ar]?|fo1)_[\w+/=-]{20,}/;
const LOOPBACK = /^(?:auto|https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\/?.*)$/;
const ADDRESSES = ['api-url', 'prometheus-url'] as const;
const VARIABLES = ['FLY_FLAPS_BASE_URL', 'FLY_API_BASE_URL', 'FLY_API_HOSTNAME'] as const;

/**
 * Returns the reasons why a workflow could reach the real Fly, each with what to change; a workflow with any must
 * not run here.
 */
export function refusals({ steps, env, files }: TriedWorkflow): string[] {
  const strings = files.flatMap(stringsOf);
  return unique([
    ...steps.flatMap(({ uses, inputs }) =>
      ADDRESSES.filter((name) => !LOOPBACK.test(inputs[name] ?? 'auto')).map(
        (name) =>
          `\`${name}: ${inputs[name]}\` of ${uses} leads away from the embedded Fly: take it out for a try`,
      ),
    ),
    ...VARIABLES.filter((name) => env.has(name)).map(
      (name) =>
        `the workflow sets ${name} itself, which leads away from the embedded Fly: take it out for a try`,
    ),
    ...strings.flatMap((text) => {
      const host = FLY.exec(text)?.[0];
      return host === undefined ? [] : `it names ${host}, the real Fly: take that out for a try`;
    }),
    ...(strings.some((text) => TOKEN.test(text))
      ? [
          'there is a token in it, which belongs into a secret; a secret gets a token of the embedded Fly here',
        ]
      : []),
  ]);
}

/** Returns whether a text holds a token of Fly's. */
export function holdsToken(text: string): boolean {
  return TOKEN.test(text);
}

function stringsOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(stringsOf);
}
