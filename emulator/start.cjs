// Starts the emulator in a session of its own, which outlives the step, and prints its process id: macOS has no `setsid`.
const { spawn } = require('node:child_process');
const { openSync } = require('node:fs');

const [log, ...args] = process.argv.slice(2);
const out = openSync(log, 'w');
const emulator = spawn(process.execPath, ['--import', 'tsx', 'emulator/cli.ts', ...args], {
  detached: true,
  stdio: ['ignore', out, out],
});
emulator.unref();
console.log(emulator.pid);
