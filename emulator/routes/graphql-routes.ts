import { authenticate } from '../auth.js';
import { GraphqlError } from '../graphql/graphql-error.js';
import { queryObject } from '../graphql/query-object.js';
import { readQuery } from '../graphql/read-query.js';
import { selectFields } from '../graphql/select-fields.js';
import { type Answer, json } from '../http.js';
import type { Context, PublicRoute } from './route.js';

/** The GraphQL API, as far as Fly's CLI needs it to read apps and machines. */
export const GRAPHQL_ROUTES: readonly PublicRoute[] = [
  // Not for the public: but what it refuses, a bad token included, it refuses with 200 and errors.
  { scope: 'public', method: 'POST', path: '/graphql', handle: answer },
];

function answer({ world, headers, body }: Context): Answer {
  try {
    const { query, variables } = readRequest(body);
    const fields = readQuery(query, variables);
    const caller = authenticate(world, headers['authorization']);
    if (caller === undefined) {
      throw new GraphqlError('You must be authenticated to view this.', 'UNAUTHORIZED');
    }
    return json(200, { data: selectFields(queryObject(world, caller), fields) });
  } catch (error) {
    if (!(error instanceof GraphqlError)) throw error;
    const { message, code } = error;
    return json(200, {
      data: null,
      errors: [{ message, ...(code === undefined ? {} : { extensions: { code } }) }],
    });
  }
}

function readRequest(body: string): { query: string; variables: Readonly<Record<string, unknown>> } {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    throw new GraphqlError('The request is not JSON');
  }
  if (typeof given !== 'object' || given === null || !('query' in given) || typeof given.query !== 'string') {
    throw new GraphqlError('No query string was present');
  }
  const variables = 'variables' in given ? given.variables : {};
  return {
    query: given.query,
    variables: typeof variables === 'object' && variables !== null ? { ...variables } : {},
  };
}
