import { type Answer, type ConnectionFault, type FlyRequest, page, type Reply } from './http.js';

/** A fault: an answer instead of Fly's, a page instead of JSON, or no proper answer at all. */
export type Fault =
  | ConnectionFault
  | 'garbage'
  | {
      readonly status: number;
      readonly body?: string | object;
      readonly headers?: Readonly<Record<string, string>>;
    };

/**
 * A rule for requests that fail. The caller may add and remove rules at any time; the first that applies
 * counts.
 */
export interface FaultRule {
  readonly method?: string;
  /** Prefix of the path with its query, or a pattern for it. Default: every path. */
  readonly path?: string | RegExp;
  /** Number of the first matching request that fails, counted from 1 since the rule was added. Default 1. */
  readonly from?: number;
  /** Number of requests that fail. Default: all from the first on. */
  readonly times?: number;
  readonly fault: Fault;
  /** True: the request takes effect and only its answer is lost. Default false: the request never arrives. */
  readonly afterEffect?: boolean;
}

/**
 * Creates a function that finds the rule for each request. It counts the requests that each rule has matched.
 */
export function createFaultFinder(
  rules: readonly FaultRule[],
): (request: FlyRequest) => FaultRule | undefined {
  const matched = new Map<FaultRule, number>();
  return (request) => {
    let found: FaultRule | undefined;
    for (const rule of rules) {
      if (!matches(rule, request)) continue;
      const count = (matched.get(rule) ?? 0) + 1;
      matched.set(rule, count);
      const { from = 1, times = Number.POSITIVE_INFINITY } = rule;
      if (count >= from && count < from + times) found ??= rule;
    }
    return found;
  };
}

function matches({ method, path = '' }: FaultRule, request: FlyRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (typeof path === 'string') return request.path.startsWith(path);
  // A pattern with the flag g or y would remember where it last matched.
  path.lastIndex = 0;
  return path.test(request.path);
}

/** Returns the reply that a client gets in place of the answer. */
export function spoil(fault: Fault, answer: Answer): Reply {
  if (fault === 'garbage') return page(200, 'Welcome');
  if (typeof fault === 'string') return { fault, answer };
  const { status, body = '', headers = {} } = fault;
  if (typeof body === 'string') return { status, headers, body };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
