import { buildSchema } from 'graphql';

/**
 * The part of Fly's GraphQL schema that the CLI needs to read apps and machines. The answer to any other query
 * names the field that is missing.
 */
export const SCHEMA = buildSchema(`
  schema { query: Queries }

  type Queries {
    app(name: String!): App!
    machine(machineId: String!): Machine!
  }

  type App {
    id: ID!
    internalNumericId: Int!
    name: String!
    hostname: String
    cnameTarget: String
    deployed: Boolean!
    network: String
    status: String!
    appUrl: String
    platformVersion: String
    organization: Organization!
    role: Role
    currentReleaseUnprocessed: ReleaseUnprocessed
  }

  type Organization {
    id: ID!
    internalNumericId: String!
    slug: String!
    name: String!
    paidPlan: Boolean!
  }

  type Machine {
    id: ID!
    name: String!
    region: String!
    state: String!
    app: App!
  }

  type ReleaseUnprocessed { version: Int! }

  type Role { name: String! }
`);
