// @actions/http-client needs undici for its `fetch` dispatcher alone, which nothing here uses;
// leaving the real package out keeps the bundle at a fifth of its size.
export class ProxyAgent {
  constructor() {
    throw new Error('the undici dispatcher is left out of this bundle');
  }
}
