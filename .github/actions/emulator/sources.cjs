// Prints the folder of the emulator's sources. A download lacks them: git gets them at the same ref.
const { spawnSync } = require('node:child_process');
const { existsSync, mkdtempSync } = require('node:fs');
const { join, resolve } = require('node:path');

const SOURCE = join('emulator', 'cli.ts');
const beside = resolve(__dirname, '..', '..', '..');
process.stdout.write(existsSync(join(beside, SOURCE)) ? beside : fetched(process.env));

function fetched({ SERVER, REPOSITORY, REF, RUNNER_TEMP }) {
  if (!REPOSITORY || !REF)
    fail('are not beside this action, and the runner tells neither its repository nor its ref');
  const folder = mkdtempSync(join(RUNNER_TEMP, 'fly-emulator-'));
  const from = `${SERVER}/${REPOSITORY}`;
  for (const args of [
    ['init', '--quiet'],
    ['fetch', '--quiet', '--depth=1', '--end-of-options', from, REF],
    ['checkout', '--quiet', 'FETCH_HEAD'],
  ]) {
    const { status, error, stderr } = spawnSync('git', args, {
      cwd: folder,
      // Nobody types in a login.
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    });
    if (status !== 0)
      fail(`could not be fetched from ${from} at ${REF}: git ${args[0]} said: ${error ?? stderr}`);
  }
  // Within a composite action, some runners tell that one's repository.
  if (!existsSync(join(folder, SOURCE))) fail(`are not in ${from} at ${REF}`);
  return folder;
}

function fail(what) {
  const text = `The emulator's sources ${what.trim()}. Check the repository out in a step before (actions/checkout with \`repository\`, \`ref\` and \`path\`), and write \`uses: ./<path>/.github/actions/emulator\`.`;
  console.error(
    `::error title=embedded Fly::${text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`,
  );
  process.exit(1);
}
