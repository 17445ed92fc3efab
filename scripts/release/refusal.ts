/** Reasons not to release: each says what was tried, what came back, and what to do. */
export class Refusal extends Error {
  readonly reasons: readonly string[];

  /** Takes the reasons, and what the person has to know before all others. */
  constructor(reasons: readonly string[], headline = 'Not released, and nothing has moved:') {
    super([headline, ...reasons.map((it) => `  - ${it}`)].join('\n'));
    this.reasons = reasons;
  }
}
