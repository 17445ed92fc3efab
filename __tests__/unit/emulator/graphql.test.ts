import { APP, createRig, ID, parse } from './rig.js';

const MACHINES = [{ id: ID, name: 'web-1', metadata: { fly_release_version: '12' } }] as const;
const { fly, call } = createRig(MACHINES);

interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code: string } }[];
}

async function ask(query: string, variables: object = {}, token?: string): Promise<GraphqlAnswer> {
  const body = { query, variables };
  const answer = await call('POST', '/graphql', token === undefined ? { body } : { body, token });
  expect(answer.status).toBe(200);
  return parse(answer);
}

describe('when a query asks for what there is', () => {
  it.each([
    [
      'an app, under another name',
      'query ($appName: String!) { shown:app(name: $appName) { id role { name } organization { slug } } }',
      { appName: APP },
      { shown: { id: APP, role: null, organization: { slug: 'my-org' } } },
    ],
    [
      'the app of a machine',
      'query Of($id: String!) {\n  machine(machineId: $id) { name, app { name } __typename } # whose?\n}',
      { id: ID },
      { machine: { name: 'web-1', app: { name: APP }, __typename: 'Machine' } },
    ],
    [
      'two at once, with the values in place',
      `{ a: app(name: "${APP}") { r: currentReleaseUnprocessed { version } } b: app(name: "${APP}") { deployed } }`,
      {},
      { a: { r: { version: 12 } }, b: { deployed: true } },
    ],
  ])('answers just that: %s', async (_, query, variables, data) => {
    expect(await ask(query, variables)).toEqual({ data });
  });
});

describe('when a query cannot be answered', () => {
  it.each([
    ['an unknown query', '{ nodes { id } }', 'Cannot query field "nodes" on type "Queries".'],
    [
      'an unknown field',
      `{ app(name: "${APP}") { secrets } }`,
      'Cannot query field "secrets" on type "App".',
    ],
    [
      'an object as a plain value',
      `{ app(name: "${APP}") }`,
      'Field "app" of type "App!" must have a selection',
    ],
    [
      'a mutation',
      'mutation { deleteApp { id } }',
      'Schema is not configured to execute mutation operation.',
    ],
    ['a missing argument', '{ app { id } }', 'argument "name" of type "String!" is required'],
    ['an end too early', '{ app(name: "a") {', 'Syntax Error: Expected Name, found <EOF>.'],
    ['nothing', '', 'Syntax Error: Unexpected <EOF>.'],
  ])('names what is wrong: %s', async (_, query, message) => {
    const { data, errors } = await ask(query);
    expect(data).toBeNull();
    expect(errors?.map((it) => it.message)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['no JSON', '{', 'The request is not JSON'],
    ['no query', { variables: {} }, 'No query string was present'],
  ])('says so for a body that is none: %s', async (_, body, message) => {
    expect(parse(await call('POST', '/graphql', { body }))).toEqual({ data: null, errors: [{ message }] });
  });
});

describe('when the caller may not see it', () => {
  const APP_QUERY = 'query ($it: String!) { app(name: $it) { id } }';
  const MACHINE_QUERY = 'query ($it: String!) { machine(machineId: $it) { id } }';
  const oneMachine = { name: 'Machines', body: { machines: new Map([['another', 0x1f]]) } } as const;
  const narrow = () => fly.mintToken({ app: APP, thirdParty: false, extraCaveats: [oneMachine] });

  it.each([
    ['an app that there is not', APP_QUERY, 'nope', undefined, 'Could not find App "nope"'],
    ["another app's", APP_QUERY, 'foreign-app', undefined, 'Could not find App "foreign-app"'],
    ["another app's machine", MACHINE_QUERY, 'foreign', undefined, 'Could not find Machine "foreign"'],
    ['a machine that there is not', MACHINE_QUERY, 'nope', undefined, 'Could not find Machine "nope"'],
    ["a machine beyond the token's", MACHINE_QUERY, ID, narrow, `Could not find Machine "${ID}"`],
  ])('it is not there: %s', async (_, query, it, token, message) => {
    const { errors } = await ask(query, { it }, token?.());
    expect(errors).toMatchObject([{ message, extensions: { code: 'NOT_FOUND' } }]);
  });

  it.each([
    ['no token', () => ''],
    ['no discharge', () => fly.mintToken({ app: APP })],
    ['an ended discharge', () => fly.mintToken({ app: APP, withDischarge: -60_000 })],
  ])('asks for authentication: %s', async (_, token) => {
    const { data, errors } = await ask(APP_QUERY, { it: APP }, token());
    expect(data).toBeNull();
    expect(errors).toEqual([
      { message: 'You must be authenticated to view this.', extensions: { code: 'UNAUTHORIZED' } },
    ]);
  });
});
