import { spawnSync } from 'node:child_process';
import { GoError } from '../go.js';

/** The programs of one release of Prometheus. */
export interface PrometheusBinaries {
  readonly prometheus: string;
  readonly promtool: string;
  /** Version, such as `2.42.0`. */
  readonly version: string;
}

/** Finds Prometheus and its promtool on PATH. Throws {@link GoError}, which says what to install. */
export function prometheusBinaries(): PrometheusBinaries {
  const versionOf = (program: string) => {
    const { error, stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    const version = /version (\d+\.\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1];
    if (error !== undefined || version === undefined) {
      const why = error?.message ?? 'it does not tell its version';
      throw new GoError(
        `Prometheus is needed: install it with \`apt-get install prometheus\`, or put a release of 2.42 or newer (prometheus.io/download) on PATH (${program}: ${why}).`,
      );
    }
    return version;
  };
  const [version] = ['prometheus', 'promtool'].map(versionOf);
  return { prometheus: 'prometheus', promtool: 'promtool', version: version ?? '' };
}
