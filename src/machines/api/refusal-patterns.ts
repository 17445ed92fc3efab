/** Pattern of a full host. "Insufficient" counts only if it does not speak of rights. */
export const FULL =
  /insufficient(?![ _-]?(permission|scope|privilege|access|right|credential))|(no|out of|at|over|beyond|lacks?|exceeds?) capacity\b|\bcapacity[ _](exceeded|exhausted|reached|unavailable|not available)|placement_capacity|resource_exhausted|not enough (capacity|memory|cpus?|resources|room|space)|\bno (room|space) (left|available)\b|\bno (hosts?|servers?|workers?) (is |are )?(available|with)|could not reserve resource|governor policy blocked|deploys to this host are temporarily disabled/i;
/** Returns a pattern of words that stand alone: inside a longer name or quotes they name an app or a machine. */
const name = (words: string): string => `(?<![-\\w"'\`])(${words})(?![-\\w"'\`]|\\.\\w)`;
/** Pattern of as many machines as an organization may have. */
export const LIMIT = new RegExp(
  `machines? limit|limit (of|on|for) .{0,40}machines|(maximum|max\\.?|highest) number of (machines|cpus|cores|gpus)|too many machines|${name('payment method')}`,
  'i',
);
/** Pattern of a quota, or of payments. */
export const UNPAID = new RegExp(
  `${name('quotas?|billing|payments?|non-?payment|credit card|subscription|unpaid|past[ -]?due|overdue|delinquent')}|outstanding (balance|invoice)|\\btrial (has |is )?(ended|over|expired)|\\b(organization|account|plan)\\b.{0,60}(?<!\\brate[ -])\\blimit\\b|(?<!\\brate[ -])\\blimit\\b.{0,60}\\b(organization|account|plan)\\b`,
  'i',
);
