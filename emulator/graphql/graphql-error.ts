/** A query that can't be answered; `code` is what Fly's clients decide by. */
export class GraphqlError extends Error {
  readonly code: 'UNAUTHORIZED' | 'NOT_FOUND' | undefined;

  constructor(message: string, code?: GraphqlError['code']) {
    super(message);
    this.code = code;
  }
}
