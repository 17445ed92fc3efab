import type { IntendedDifference } from './difference.js';

/**
 * Intended differences. The document is converted from comments in Fly's code and was never complete: where Fly was seen to answer otherwise,
 * or its own client reads otherwise, the emulator does as Fly does. A row that no longer occurs fails a test.
 */
export const INTENDED: readonly IntendedDifference[] = [
  {
    at: 'fly.MachineService.autostop',
    operation: /^GET/,
    of: [200],
    why: 'Fly reads `off`, `stop` and `suspend`, and shows false, true and `suspend`, as the words of the document itself say',
  },
  {
    at: 'fly.StopConfig.timeout',
    operation: /^GET/,
    of: [200],
    why: 'a client may also write nanoseconds, and the config shows what was written (superfly/fly-go: duration.go)',
  },
  {
    at: 'Machine.containers',
    operation: /^GET/,
    of: [200],
    why: 'a machine of several containers shows their states (superfly/fly-go: machine_types.go)',
  },
  {
    at: 'Machine.checks',
    operation: /^GET/,
    of: [200],
    why: 'a machine of which nothing but its id is left has null here (superfly/flyctl, issue 1302)',
  },
  {
    at: 'Machine.events',
    operation: /^GET/,
    of: [200],
    why: 'a machine of which nothing but its id is left has null here (superfly/flyctl, issue 1302)',
  },
  {
    at: 'Lease.data',
    operation: /^(GET|POST) .*\/lease$/,
    of: [200, 201],
    why: "Fly's docs and client have the lease in an envelope (superfly/fly-go: machine_types.go); the setting `leaseReply` has the document's form",
  },
  {
    at: 'Lease.status',
    operation: /^(GET|POST) .*\/lease$/,
    of: [200, 201],
    why: 'the envelope of the lease',
  },
  {
    at: 'ErrorResponse.message',
    of: [409],
    why: 'the older form of a lease that somebody else holds, as Fly staff quoted it; the setting `leaseRefusal`',
  },
  { at: 'ErrorResponse.code', of: [409], why: 'the same older form' },
  { at: 'main.statusCode', of: [409], why: 'the same older form, whose status is `error`' },
  {
    at: 'main.statusCode',
    operation: /\/start$/,
    of: [412],
    why: "`volume_placement_capacity` was seen from Fly, and is in the tests of Fly's own client (superfly/fly-go: flaps)",
  },
  {
    at: 'content-type',
    operation: /^GET \/v1\/(apps|tokens\/current)$/,
    of: [404],
    why: 'where a route is not there, or lacks `org_slug`, Fly answers in plain text before it reads the token',
  },
  {
    at: 'OrgMachinesResponse.machines',
    of: [200],
    why: 'Go shows an empty list as null where nobody made one; whether Fly does is not known: the setting `orgZeros`',
  },
  { at: 'OrgMachinesResponse.error_regions', of: [200], why: 'the same for the regions that failed' },
  {
    at: 'main.regionResponse.Regions',
    of: [200],
    why: "Fly's client reads it with a capital letter (superfly/fly-go: flaps/flaps_platform.go), as Fly was seen to answer",
  },
  { at: 'main.regionResponse.Nearest', of: [200], why: 'the same capital letter' },
  {
    at: 'header fly-machine-lease-nonce',
    operation: /^POST .*\/(start|stop|suspend|restart|cordon|uncordon|exec)$|\/metadata/,
    of: ['request'],
    why: "whoever holds a lease sends its nonce with each change (Fly's docs; superfly/fly-go: flaps/flaps_machines.go); the document knows it at leases alone",
  },
  {
    at: 'resset.Action',
    operation: /tokens\/authorize$/,
    of: [200, 'request'],
    why: 'an action is letters, such as `rC` (superfly/macaroon: resset/action.go); the document has the numbers behind them',
  },
  {
    at: 'main.TokenAccess.action',
    operation: /tokens\/authorize$/,
    of: ['request'],
    why: 'the same letters, which the document calls an object as well',
  },
  {
    at: 'root.VerifiedToken.permission_token',
    of: [200],
    why: 'Go writes bytes as base64 (superfly/macaroon: flyio/machinesapi)',
  },
  {
    at: 'macaroon.CaveatSet',
    of: [200],
    why: 'a set of caveats is a list of their JSON forms (superfly/macaroon: caveat_set.go)',
  },
];
