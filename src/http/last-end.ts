import { isOfClass } from '../errors.js';
import type { HttpResponse } from './transport.js';

/** Remembers how the last of several attempts ended. Where time is up, that says more than that no answer came. */
export class LastEnd {
  #end: (() => HttpResponse) | undefined;

  /** The attempt as it is, its end noted: an answer, or a trouble of the network. */
  async of(attempt: Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      const response = await attempt;
      this.#end = () => response;
      return response;
    } catch (error) {
      if (isOfClass(error, 'network'))
        this.#end = () => {
          throw error;
        };
      throw error;
    }
  }

  /** Returns or throws the last end where the error says that time is up, and there was one; throws the error otherwise. */
  insteadOf(error: unknown): HttpResponse {
    if (this.#end === undefined || !isOfClass(error, 'timeout')) throw error;
    return this.#end();
  }
}
