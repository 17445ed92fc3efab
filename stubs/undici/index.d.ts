export class ProxyAgent {
  constructor(options?: unknown);
}
