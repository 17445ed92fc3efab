import * as v from '@badrap/valita';

/** What a third party may answer to a ticket or a poll. (superfly/macaroon: tp/README.md) */
const Answer = v.object({
  discharge: v.string().optional(),
  poll_url: v.string().optional(),
  user_interactive: v.unknown().optional(),
  error: v.string().optional(),
});
/** An answer that was read: at most one of its fields is of use. */
export type Answer = v.Infer<typeof Answer>;

/** Reads an answer's body; undefined when it isn't JSON of a known form, which the caller says with the status. */
export function parseAnswer(body: string): Answer | undefined {
  let json: unknown;
  try {
    // What is null or empty counts as absent, as it does for Go's own client.
    json = JSON.parse(body, (_, value: unknown) => (value === '' ? undefined : (value ?? undefined)));
  } catch {
    return undefined; // Said by the caller, with the status.
  }
  const result = Answer.try(json, { mode: 'strip' });
  return result.ok ? result.value : undefined;
}
