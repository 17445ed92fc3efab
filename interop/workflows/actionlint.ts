import { spawnSync } from 'node:child_process';
import * as v from '@badrap/valita';

const Faults = v.array(v.object({ message: v.string(), filepath: v.string(), line: v.number() }));

/**
 * Returns actionlint's findings about workflows, one line each: `file:line: message`. `folder` holds a
 * repository; where a workflow uses its actions by `./`, their inputs and outputs are checked. Throws when
 * actionlint itself fails.
 */
export function actionlint(program: string, files: readonly string[], folder: string): readonly string[] {
  const { error, stdout, stderr } = spawnSync(
    program,
    ['-format', '{{json .}}', '-shellcheck=', '-pyflakes=', ...files],
    { cwd: folder, encoding: 'utf8' },
  );
  if (error !== undefined) throw error;
  if (stderr !== '') throw new Error(stderr);
  return Faults.parse(JSON.parse(stdout), { mode: 'strip' }).map(
    ({ filepath, line, message }) => `${filepath}:${line}: ${message}`,
  );
}
