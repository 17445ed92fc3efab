import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAct } from '../../../interop/workflows/act.js';
import { BASH, itWhere } from '../../support/where.js';

/** Stands in for act: logs its arguments, its folder, how many variables of Fly's it has, and its home. */
const ACT = `#!/bin/sh
say() { printf '{"msg":"%s"}\\n' "$1"; }
say "$*"; say "$(pwd)"; say "$(env | grep -c FLY)"; say "$HOME"
exit 3
`;

describe('when act runs a workflow', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'act-'));
    writeFileSync(join(folder, 'act'), ACT, { mode: 0o755 });
    process.env['FLY_API_TOKEN'] = 'real';
    process.env['MY_OWN_FLY_TOKEN'] = 'real';
  });

  afterEach(() => {
    delete process.env['FLY_API_TOKEN'];
    delete process.env['MY_OWN_FLY_TOKEN'];
    rmSync(folder, { recursive: true });
  });

  itWhere(BASH)(
    'gets nothing of this shell and of the files beside the workflow, and tells each entry as it comes',
    async () => {
      const told: string[] = [];
      const job = { event: 'push', file: join(folder, 'w.yml'), repository: '/repository', folder };
      const result = await runAct(join(folder, 'act'), {
        ...job,
        secrets: { A: 'b' },
        vars: { C: 'd' },
        onEntry: ({ msg }) => told.push(msg),
      });
      const [args, cwd, variables, home] = result.log.map(({ msg }) => msg);
      expect(args).toContain('--directory /repository');
      for (const it of ['env', 'secret', 'var', 'input'])
        expect(args).toContain(`--${it}-file ${join(folder, 'no-file')}`);
      expect(args).toContain('--secret A=b --var C=d');
      expect([cwd, variables, home]).toEqual([realpathSync(folder), '0', folder]);
      expect(told).toEqual(result.log.map(({ msg }) => msg));
      expect(result.exitCode).toBe(3);
    },
  );
});
