import { GraphQLError, graphqlSync } from 'graphql';
import { authenticate } from '../access/auth.js';
import { queries } from '../graphql/queries.js';
import { SCHEMA } from '../graphql/schema.js';
import { type Answer, json } from '../http.js';
import type { Context, PublicRoute } from './route.js';

/** The GraphQL route, for the queries with which Fly's CLI reads apps and machines. */
export const GRAPHQL_ROUTES: readonly PublicRoute[] = [
  // Public by its scope alone: it refuses a bad token itself, with 200 and errors.
  { scope: 'public', method: 'POST', path: '/graphql', handle: answer },
];

function answer({ world, headers, body }: Context): Answer {
  const request = readRequest(body);
  if (typeof request === 'string') return refuse([new GraphQLError(request)]);
  const caller = authenticate(world, headers['authorization']);
  if (caller === undefined) {
    const extensions = { code: 'UNAUTHORIZED' };
    return refuse([new GraphQLError('You must be authenticated to view this.', { extensions })]);
  }
  const { query, variables } = request;
  const { data, errors } = graphqlSync({
    schema: SCHEMA,
    source: query,
    variableValues: variables,
    rootValue: queries(world, caller),
  });
  return errors === undefined ? json(200, { data }) : refuse(errors);
}

/** Makes the answer to a refused query. Fly's client reads message and code. */
function refuse(errors: readonly GraphQLError[]): Answer {
  // An error that isn't meant for the client is a fault of the emulator.
  for (const { originalError } of errors) {
    if (originalError != null && !(originalError instanceof GraphQLError)) throw originalError;
  }
  return json(200, { data: null, errors: errors.map((it) => it.toJSON()) });
}

/** Reads the query and its variables, or says what is wrong with the request. */
function readRequest(body: string): string | { query: string; variables: Readonly<Record<string, unknown>> } {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return 'The request is not JSON';
  }
  if (typeof given !== 'object' || given === null || !('query' in given) || typeof given.query !== 'string') {
    return 'No query string was present';
  }
  const variables = 'variables' in given ? given.variables : {};
  return {
    query: given.query,
    variables: typeof variables === 'object' && variables !== null ? { ...variables } : {},
  };
}
