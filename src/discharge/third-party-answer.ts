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

/** What to change, by the status of an answer that is no discharge; with the audience of the OIDC token that it was shown. */
export function hintFor(status: number, audience?: string): string {
  if (audience !== undefined && status === 401)
    return `It did not accept the job's OIDC token, which was for the audience \`${audience}\`; another one can stand behind \`oidc\` in third-party-credentials.`;
  if (audience !== undefined && status === 403)
    return 'Its policy has to allow this job, which it knows by repository, ref, workflow and environment.';
  if (status === 401 || status === 403) {
    return 'It wants a credential or a login: give one in third-party-credentials, or a token whose third parties want none.';
  }
  if (status === 404) return 'The ticket or the poll is not known there (any more); run the job again.';
  if (status >= 500) return 'The service seems to be down; run the job again later.';
  return 'Run the job again; if it stays, make a new token with `fly tokens create deploy`.';
}
