import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseNodes } from '../../../../scripts/release/nodes.js';
import { itWhere, SCRIPTS } from '../../../support/where.js';

describe('when Nodes are chosen to build with', () => {
  let folder: string;

  /** Makes a program that names itself as Node does. */
  function node(version: string): string {
    const path = join(folder, `node-${version}`);
    writeFileSync(path, `#!/bin/sh\necho v${version}\n`, { mode: 0o755 });
    return path;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nodes-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  itWhere(SCRIPTS)('takes the first of each major, by its own word', () => {
    const all = [node('22.1.0'), node('24.3.0'), join(folder, 'gone'), node('20.9.0'), node('24.4.0')];
    expect(chooseNodes(all)).toEqual([
      { binary: all[3], version: '20.9.0' },
      { binary: all[1], version: '24.3.0' },
    ]);
  });

  itWhere(SCRIPTS)('says which one is missing, what is there, and how to name one', () => {
    const there = node('20.9.0');
    expect(() => chooseNodes([there])).toThrow(
      `Node 24 isn't here to build dist with; found were: 20.9.0 (${there}). Run \`npm ci --prefix node24\`, or name one with \`--node <path>\`.`,
    );
    expect(() => chooseNodes([])).toThrow(/Node 20 isn't here .* found were: none\..*Node 24 isn't here/s);
  });
});
