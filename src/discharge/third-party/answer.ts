import * as v from '@badrap/valita';

/** Answer of a third party to a ticket or a poll. (superfly/macaroon: tp/README.md) */
const Answer = v.object({
  discharge: v.string().optional(),
  poll_url: v.string().optional(),
  user_interactive: v.unknown().optional(),
  error: v.string().optional(),
});
/** Answer that was read: at most one of its fields is of use. */
export type Answer = v.Infer<typeof Answer>;

/** Reads an answer's body; undefined when it is not JSON of a known form, which the caller reports with the status. */
export function parseAnswer(body: string): Answer | undefined {
  let json: unknown;
  try {
    // Null and empty count as absent, as they do for Go's own client.
    json = JSON.parse(body, (_, value: unknown) => (value === '' ? undefined : (value ?? undefined)));
  } catch {
    return undefined; // The caller reports it, with the status.
  }
  const result = Answer.try(json, { mode: 'strip' });
  return result.ok ? result.value : undefined;
}
